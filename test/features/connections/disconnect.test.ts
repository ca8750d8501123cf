import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { careForConnections } from "../../../server/src/features/connections/care-for-connections.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { revokeConsent } from "../../../server/src/features/connections/revoke-consent.ts";
import type { Credential } from "../../../server/src/providers/provider.ts";
import { connectionOf } from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import { addScriptedConnection } from "../../support/scripted-connection.ts";
import { failure, scriptedProvider } from "../../support/scripted-provider.ts";
import {
  addAccount,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

const secret = "access-sandbox-7f3c1e-very-secret";
const minuteMs = 60_000;

let database: TestDatabase;
let admin: pg.Client;
let app: TestApp;
let organisation: WorldOrganisation;
let revoke: (credential: Credential) => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const provider = scriptedProvider({ revoke: (credential) => revoke(credential) });
  app = await createTestApp(database.serverUrl, { providers: [provider], now: new Date() });
  organisation = await addOrganisation(app);
});

beforeEach(() => {
  revoke = async () => {};
});

afterAll(async () => {
  await app.close();
  await admin.end();
  await database.drop();
});

const owner = () => viewerIn(organisation);
const rowOf = (id: string) => connectionOf(app, organisation.id, id);
const job = (id: string) => ({ organisationId: organisation.id, connectionId: id });

async function connected(): Promise<string> {
  return addScriptedConnection(app, organisation.id, flow, secret);
}

const flow = {
  linkToken: "link-token",
  linkUrl: "https://bank.example/sign-in",
  linkState: "state",
  linkExpiresAt: new Date("2099-01-01"),
  cursor: "cursor-1",
};

/** As a superuser, past every policy: what is really in the row. */
async function rawColumns(table: string, key: string, id: string) {
  const { rows } = await admin.query(`SELECT * FROM ${table} WHERE ${key} = $1`, [id]);
  return rows;
}

async function revocations(id: string) {
  return rawColumns("consent_revocation", "connection_id", id);
}

async function auditsOf(id: string): Promise<string[]> {
  const { rows } = await admin.query<{ action: string }>(
    "SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY created_at, id",
    [id],
  );
  return rows.map(({ action }) => action);
}

const wiped = {
  credential_key_id: null,
  credential_nonce: null,
  credential_ciphertext: null,
  credential_tag: null,
  link_token: null,
  link_url: null,
  link_state: null,
  link_expires_at: null,
  cursor: null,
  next_sync_at: null,
};

test("wipes every secret column at once, though the provider is down", async () => {
  const id = await connected();
  const [before] = await rawColumns("bank_connection", "id", id);
  expect(before.credential_ciphertext).toBeInstanceOf(Buffer);
  revoke = () => Promise.reject(failure("temporary"));
  await disconnectBankConnection(app, owner(), id);
  const [after] = await rawColumns("bank_connection", "id", id);
  expect(after).toMatchObject({ status: "deleted", ...wiped, consent_revoked_at: null });
  const [waiting] = await revocations(id);
  expect(waiting.credential_ciphertext).toEqual(before.credential_ciphertext);
  expect(waiting.attempts).toBe(0);
});

test("opens the moved credential for the provider, and forgets it once that has confirmed", async () => {
  const id = await connected();
  const given: string[] = [];
  revoke = async (credential) => {
    given.push(credential.secret);
  };
  await disconnectBankConnection(app, owner(), id);
  expect(await runJobs(app)).toEqual([]);
  expect(given).toContain(secret);
  expect(await revocations(id)).toEqual([]);
  expect(await rowOf(id)).toMatchObject({ consentRevokedAt: app.now() });
  expect(await auditsOf(id)).toEqual([
    "bank_connection.disconnected",
    "bank_connection.consent_revoked",
  ]);
  await disconnectBankConnection(app, owner(), id);
  expect(await auditsOf(id)).toHaveLength(2);
});

test("tries again over a week, ever more rarely, then gives up and says so", async () => {
  const id = await connected();
  let asked = 0;
  revoke = () => {
    asked += 1;
    return Promise.reject(failure("temporary"));
  };
  await disconnectBankConnection(app, owner(), id);
  const begunAt = app.now().getTime();
  const pauses: number[] = [];
  for (let round = 0; round < 50 && (await revocations(id)).length > 0; round += 1) {
    await revokeConsent(app, job(id));
    const [waiting] = await revocations(id);
    if (!waiting) break;
    const pause = waiting.next_attempt_at.getTime() - app.now().getTime();
    pauses.push(pause);
    app.advance(pause);
  }
  expect(asked).toBe(24);
  expect(pauses[0]).toBeLessThanOrEqual(minuteMs);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(12 * 60 * minuteMs);
  expect(app.now().getTime() - begunAt).toBeGreaterThan(3 * 24 * 60 * minuteMs);
  expect(await rowOf(id)).toMatchObject({ status: "deleted", consentRevokedAt: null });
  expect(await auditsOf(id)).toContain("bank_connection.consent_kept");
  await revokeConsent(app, job(id));
  expect(asked).toBe(24);
});

test("is finished though its job was lost", async () => {
  const id = await connected();
  await disconnectBankConnection(app, owner(), id);
  await app.database.pool.query("DELETE FROM graphile_worker._private_jobs");
  app.advance(11 * minuteMs);
  await careForConnections(app);
  expect((await waitingJobs(app)).map(({ key }) => key)).toContain(`revoke:${id}`);
  expect(await runJobs(app)).toEqual([]);
  expect(await revocations(id)).toEqual([]);
});

test("closes and unlinks the accounts, and keeps their history", async () => {
  const id = await connected();
  const ledgerAccountId = newId();
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.ledgerAccount.create({
      data: {
        id: ledgerAccountId,
        organisationId: organisation.id,
        number: `1200-${id.slice(-4)}`,
        name: "Bank",
        kind: "cash",
        currency: "GBP",
      },
    }),
  );
  const account = await addAccount(app, organisation.id, id, { ledgerAccountId, path: "standard" });
  await addTransactions(app, organisation.id, account, [{}, {}]);
  await disconnectBankConnection(app, owner(), id);
  const [row] = await rawColumns("financial_account", "id", account);
  expect(row).toMatchObject({ ledger_account_id: null, path: null, connection_id: id });
  expect(row.closed_at).not.toBeNull();
  expect(await rawColumns("bank_transaction", "account_id", account)).toHaveLength(2);
});

test("leaves the secret in clear nowhere in the database", async () => {
  await connected();
  const { rows: tables } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'graphile_worker')`,
  );
  for (const { name } of tables) {
    const { rows } = await admin.query(`SELECT 1 FROM ${name} t WHERE t::text LIKE $1 LIMIT 1`, [
      `%${secret}%`,
    ]);
    expect(rows, name).toEqual([]);
  }
});
