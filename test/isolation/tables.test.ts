/** The database keeps tenants apart by itself, whatever the server asks of it. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverRole } from "../../server/src/db/roles.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createTestApp, type TestApp } from "../support/world.ts";
import { snapshotOf, tenantTables } from "./snapshot.ts";
import { addTenant, type Tenant } from "./tenant.ts";

/** Tables whose key does not begin with the organisation, each with the reason why that is safe. */
const keysWithoutTenant: Readonly<Record<string, string>> = {
  organisation: "it is the tenant",
  staged_line: "unlogged: its key begins with an import's id, and a clash fails the insert",
  staged_change:
    "its key begins with a connection's id, and a clash with a hidden row fails the insert",
};

/** Columns that name a tenant's row without a foreign key, each with the reason. */
const referencesWithoutKey: Readonly<Record<string, string>> = {
  "account_balance.batch_id": "only undoing that import looks for it",
  "bank_transaction.account_id":
    "triggers check it once for each statement: for each of a million rows a foreign key cost a quarter of the time",
  "bank_transaction.import_batch_id":
    "checked for each of a million lines it would cost as much as an index; imports are never deleted",
  "payment.match_id":
    "a trigger counts the matches of each statement's payments: a key of its own looked for each again",
  "payment.open_item_id": "the trigger that allocates writes each, by organisation and id",
  "payment.transaction_id": "as open_item_id",
  "recognised_line.account_id": "it is its bank transaction's, which has a key",
  "staged_line.batch_id": "unlogged, and only its own import's jobs read it",
  "statement_upload.batch_id": "only undoing that import looks for it",
  "sync_loop.connection_id":
    "unlogged: it vanishes with a crash, and only its own connection's sync reads it",
  "staged_change.connection_id": "unlogged, as sync_loop",
};

let database: TestDatabase;
let admin: pg.Client;
let server: pg.Client;
let app: TestApp;
let ours: Tenant;
let theirs: Tenant;
let tables: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  server = new pg.Client({ connectionString: database.serverUrl });
  await Promise.all([admin.connect(), server.connect()]);
  app = await createTestApp(database.serverUrl);
  ours = await addTenant(app);
  theirs = await addTenant(app);
  tables = await tenantTables(admin);
});

afterAll(async () => {
  await app?.close();
  await Promise.all([admin?.end(), server?.end()]);
  await database?.drop();
});

it("knows the tenant tables", () => {
  expect(tables).toEqual(
    expect.arrayContaining(["api_key", "bank_transaction", "event", "match", "organisation"]),
  );
});

it("forces row-level security on every tenant table, for every command", async () => {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1)
       AND c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
         SELECT FROM pg_policies p
         WHERE p.schemaname = 'public' AND p.tablename = c.relname AND p.policyname = 'tenant'
           AND p.cmd = 'ALL' AND p.roles = '{public}'
           AND p.qual = p.with_check
           AND p.qual = format('(%s = current_organisation_id())',
             CASE c.relname WHEN 'organisation' THEN 'id' ELSE 'organisation_id' END))
     ORDER BY 1`,
    [tables],
  );
  expect(rows.map(({ name }) => name)).toEqual(tables);
});

it("has no other policy than those that show a row to whoever holds what names it", async () => {
  const { rows } = await admin.query<{ policy: string }>(
    `SELECT tablename || '.' || policyname || ' ' || cmd AS policy FROM pg_policies
     WHERE schemaname = 'public' AND policyname <> 'tenant' ORDER BY 1`,
  );
  expect(rows.map(({ policy }) => policy)).toEqual([
    "accounting_connection.by_webhook SELECT",
    "accounting_connection.care SELECT",
    "announcement.care SELECT",
    "api_key.by_secret SELECT",
    "bank_connection.by_webhook SELECT",
    "bank_connection.care SELECT",
    "consent_revocation.care SELECT",
    "feed_account.care SELECT",
    "financial_account.care SELECT",
    "membership.own SELECT",
    "organisation.own SELECT",
    "payment_offer.care SELECT",
    "push_operation.care SELECT",
  ]);
});

it("opens what looks for due connections to its functions alone, and these answer ids and counts", async () => {
  const { rows } = await admin.query<{ policy: string }>(
    `SELECT DISTINCT roles::text || ' ' || qual AS policy FROM pg_policies
     WHERE schemaname = 'public' AND policyname = 'care'`,
  );
  expect(rows).toEqual([
    { policy: "{tieout_owner} (current_setting('tieout.care'::text, true) = 'on'::text)" },
  ]);
  await server.query("BEGIN");
  await server.query("SELECT set_config('tieout.care', 'on', true)");
  const seen = await countEach(server, ["bank_connection", "announcement"], "true");
  await server.query("ROLLBACK");
  expect(seen).toEqual({ bank_connection: 0, announcement: 0 });
  const { fields } = await server.query("SELECT * FROM connections_due(now(), '{}', 10)");
  expect(fields.map(({ name }) => name)).toEqual(["organisation_id", "connection_id"]);
});

it("begins every primary key with the organisation", async () => {
  const { rows } = await admin.query<{ name: string; first: string }>(
    `SELECT c.relname AS name, a.attname AS first
     FROM pg_class c
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1)`,
    [tables.filter((table) => !Object.hasOwn(keysWithoutTenant, table))],
  );
  expect(rows.filter(({ first }) => first !== "organisation_id")).toEqual([]);
});

it("carries the organisation in every reference, so that none points into another tenant", async () => {
  const { rows: loose } = await admin.query<{ reference: string }>(
    `SELECT conrelid::regclass || ' ' || conname AS reference FROM pg_constraint
     WHERE contype = 'f' AND confrelid::regclass::text = ANY($1)
       AND confrelid <> 'organisation'::regclass
       AND NOT (
         (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) = 'organisation_id'
         AND (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) = 'organisation_id')`,
    [tables.map((table) => (table === "match" ? '"match"' : table)).concat("match")],
  );
  expect(loose).toEqual([]);
  const { rows: unkeyed } = await admin.query<{ name: string }>(
    `SELECT c.relname || '.' || a.attname AS name
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1)
       AND a.attname IN ('connection_id', 'account_id', 'category_id', 'match_id', 'transaction_id', 'open_item_id',
         'batch_id', 'import_batch_id', 'block_id')
       AND NOT EXISTS (
         SELECT FROM pg_constraint f
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY(f.conkey) AND array_length(f.conkey, 1) = 2)
     ORDER BY 1`,
    [tables],
  );
  expect(unkeyed.map(({ name }) => name)).toEqual(Object.keys(referencesWithoutKey).sort());
});

it("runs the server as a role that owns nothing and bypasses nothing", async () => {
  const { rows } = await admin.query<{ owned: bigint; bypasses: boolean; superuser: boolean }>(
    `SELECT rolbypassrls AS bypasses, rolsuper AS superuser,
       (SELECT count(*) FROM pg_class WHERE relowner = r.oid)::int
         + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)::int AS owned
     FROM pg_roles r WHERE rolname = $1`,
    [serverRole],
  );
  expect(rows).toEqual([{ owned: 0, bypasses: false, superuser: false }]);
  expect((await server.query("SELECT current_user AS name")).rows).toEqual([{ name: serverRole }]);
});

describe("the server's role", () => {
  it("sees and changes nothing without a tenant", async () => {
    const seen = await countEach(server, tables, "true");
    expect(seen).toEqual(Object.fromEntries(tables.map((table) => [table, 0])));
    await expect(
      server.query("INSERT INTO organisation (id, name, base_currency) VALUES ($1, 'X', 'GBP')", [
        theirs.ids.account,
      ]),
    ).rejects.toMatchObject({ code: "42501" });
  });

  it("sees no row of another tenant, though there are some in nearly every table", async () => {
    const filled = await countEach(admin, tables, "true");
    const empty = Object.entries(filled).filter(([, count]) => count === 0);
    expect(empty.map(([table]) => table)).toEqual(
      expect.not.arrayContaining(["api_key", "bank_transaction", "match", "payment", "sync_run"]),
    );
    await asTenant(ours, async () => {
      const foreign = await countEach(server, tables, notOurs(ours));
      expect(foreign).toEqual(Object.fromEntries(tables.map((table) => [table, 0])));
    });
  });

  it("can neither change nor add a row of another tenant", async () => {
    const before = await snapshotOf(admin, theirs.organisationId);
    for (const table of tables) {
      const columns = await writableColumns(table);
      const list = columns.map((column) => `"${column}"`).join(", ");
      const key = table === "organisation" ? "id" : "organisation_id";
      const { rows } = await admin.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM "${table}" t WHERE ${key} = $1 LIMIT 1`,
        [theirs.organisationId],
      );
      const row = rows[0]?.row;
      await asTenant(ours, async () => {
        await server.query("SAVEPOINT here");
        const change = server.query(
          `UPDATE "${table}" SET ${key} = ${key} WHERE ${key} = '${theirs.organisationId}'`,
        );
        // Tables that are only ever added to refuse every change.
        const changed = await change.catch((error: { code: string }) => error.code);
        expect(typeof changed === "string" ? changed : changed.rowCount).toSatisfy(
          (result) => result === 0 || result === "42501",
        );
        await server.query("ROLLBACK TO here");
        if (row === undefined) return;
        await expect(
          server.query(
            `INSERT INTO "${table}" (${list}) SELECT ${list} FROM jsonb_populate_record(NULL::"${table}", $1)`,
            [JSON.stringify(row)],
          ),
          table,
        ).rejects.toMatchObject({ code: "42501" });
        await server.query("ROLLBACK TO here");
      });
    }
    expect(await snapshotOf(admin, theirs.organisationId)).toEqual(before);
  });
});

async function asTenant(tenant: Tenant, work: () => Promise<void>): Promise<void> {
  await server.query("BEGIN");
  try {
    await server.query("SELECT set_config('tieout.organisation_id', $1, true)", [
      tenant.organisationId,
    ]);
    await work();
  } finally {
    await server.query("ROLLBACK");
  }
}

function notOurs({ organisationId }: Tenant): string {
  return `to_jsonb(t) ->> CASE WHEN to_jsonb(t) ? 'organisation_id' THEN 'organisation_id' ELSE 'id' END
    <> '${organisationId}'`;
}

async function countEach(
  client: pg.Client,
  names: readonly string[],
  condition: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM "${name}" t WHERE ${condition}`,
    );
    counts[name] = rows[0]?.count ?? -1;
  }
  return counts;
}

/** Not the columns that the database derives. */
async function writableColumns(table: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = ('"' || $1 || '"')::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  return rows.map(({ name }) => name);
}
