/**
 * Many connections of mixed providers under everything that goes wrong at once, from one seed. At the end the stored
 * transactions must be the simulated world's: none lost, none doubled; and while some connections are sick for good,
 * the healthy ones must go on as if nothing were.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { providerKeys } from "../../server/launch/provider-keys.ts";
import { readSettings } from "../../server/sandbox/settings.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { connectionsApi } from "../../server/src/rest/connections/routes.ts";
import { consentTo } from "../support/bank.ts";
import { addOrganisation, createTestApp, viewerIn } from "../support/world.ts";
import { historyDays, type SoakBank, startSoakBank } from "./bank-side.ts";
import {
  freeAddress,
  type SoakDatabase,
  type SoakServer,
  startSoakDatabase,
  startSoakServer,
  until,
} from "./product.ts";
import { type Choices, choicesOf } from "./random.ts";

export interface SoakOptions {
  readonly seed: number;
  readonly connections: number;
  /** Each is a fault, a change at a bank, a crash, or several of them. */
  readonly steps: number;
  readonly log: (line: string) => void;
}

export interface SoakReport {
  readonly connections: number;
  readonly rows: number;
  readonly crashes: { server: number; database: number };
  readonly faults: Readonly<Record<string, number>>;
  /** Connections whose stored rows are not the bank's, with what differs. */
  readonly wrong: readonly {
    connection: string;
    provider: string;
    missing: string[];
    extra: string[];
  }[];
  /** Ids stored twice in one account. */
  readonly doubled: number;
  /** Webhook to stored row, for healthy connections beside sick ones, in milliseconds, sorted. */
  readonly healthyMs: readonly number[];
  readonly settleSeconds: number;
}

const providers = ["plaid", "saltedge", "tink", "ponto"] as const;
const organisationsMax = 4;
const settleMsMax = 240_000;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, log } = options;
  log(`seed ${seed}: ${options.connections} connections, ${options.steps} steps`);
  const choices = choicesOf(seed);
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-soak-"));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const database = await startSoakDatabase();
    undo.push(() => database.stop());
    // Before it is there: the banks sign for this address.
    const url = await freeAddress();
    const keys = await providerKeys(folder, url);
    const bank = await startSoakBank(readSettings({ ...keys.sandbox, SANDBOX_PACE_SECONDS: "0" }));
    undo.push(() => bank.running.close());
    const server = await startSoakServer(
      url,
      {
        ...keys.server,
        ...{ DATABASE_URL: database.serverUrl, TIEOUT_DEMO: "true", LOG_LEVEL: "warn" },
        ...{ TOKEN_KEYS: tokenKeys, SANDBOX_URL: bank.running.url, TIEOUT_DATA_DIR: folder },
        POOL_SIZE: "20",
      },
      path.join(os.tmpdir(), `tieout-soak-${seed}.log`),
    );
    undo.push(() => server.stop());
    const run = { bank, database, server, choices, log, keys: await apiKeys(database) };
    const connected = await connectAll(run, options.connections);
    const { crashes, faults } = await misfortunes(run, options.steps);
    await bank.control("faults/clear");
    const healthyMs = await besideSickOnes(run, connected);
    await bank.control("faults/clear");
    const startedAt = performance.now();
    const wrong = await settle(run, connected);
    const settleSeconds = Math.round((performance.now() - startedAt) / 1_000);
    return {
      ...{ connections: connected.length, crashes, faults, wrong, healthyMs, settleSeconds },
      ...(await totals(database)),
    };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

const tokenKeys = `demo-soak:${Buffer.alloc(32, 9).toString("base64")}`;

interface Run {
  readonly bank: SoakBank;
  readonly database: SoakDatabase;
  readonly server: SoakServer;
  readonly choices: Choices;
  readonly log: (line: string) => void;
  readonly keys: readonly string[];
}

interface Connected {
  readonly id: string;
  readonly provider: string;
  readonly key: string;
}

/** Several tenants, each with a program's key. */
async function apiKeys({ serverUrl }: SoakDatabase): Promise<string[]> {
  const app = await createTestApp(serverUrl, { now: new Date() });
  try {
    const keys: string[] = [];
    for (let made = 0; made < organisationsMax; made++) {
      const organisation = await addOrganisation(app);
      const permissions = ["bank_connections:read", "bank_connections:manage"];
      const created = await createApiKey(app, viewerIn(organisation), {
        name: "Soak",
        permissions,
      });
      keys.push(created.secret);
    }
    return keys;
  } finally {
    await app.close();
  }
}

async function call(run: Run, key: string, method: string, at: string, body?: object) {
  const response = await fetch(`${run.server.url}${connectionsApi.base}${at}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the routes' own tests hold their answers to their schemas.
  return { ok: response.ok, status: response.status, body: (await response.json()) as any };
}

async function connectAll(run: Run, count: number): Promise<Connected[]> {
  const connected: Connected[] = [];
  const banks = run.bank.running.sandbox.world.institutions;
  const one = async (index: number): Promise<void> => {
    const provider = providers[index % providers.length] as string;
    const key = run.keys[Math.floor(index / providers.length) % run.keys.length] as string;
    const bank = banks[Math.floor(index / 3) % banks.length];
    const started = await call(run, key, "POST", "/connections/connect/", {
      ...{ provider, history_days: historyDays },
    });
    if (!started.ok) throw new Error(`connect: ${JSON.stringify(started.body)}`);
    const back = await consentTo(started.body.hosted_link_url, bank?.institutionId);
    const returned = back === null ? null : new URL(back).search.slice(1);
    const { id } = started.body.connection;
    const done = await call(run, key, "POST", `/connections/${id}/complete/`, { returned });
    if (!done.ok) throw new Error(`complete ${provider}: ${JSON.stringify(done.body)}`);
    connected.push({ id, provider, key });
  };
  const lanes = 6;
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await one(next++);
    }),
  );
  run.log(`${connected.length} connections are there`);
  return connected;
}

const strikes = [
  (choices: Choices) => ({ name: "rate_limit", retry_after: choices.whole(1, 4), count: 3 }),
  () => ({ name: "rate_limit", retry_after: null, count: 3 }),
  () => ({ name: "internal_error", count: 4 }),
  (choices: Choices) => ({ name: "hang", ms: choices.whole(500, 25_000), count: 2 }),
  () => ({ name: "truncated_json", count: 3 }),
  () => ({ name: "connection_reset", count: 3 }),
  (choices: Choices) => ({ name: "endless_pages", seconds: choices.whole(2, 5) }),
  () => ({ name: "mutation", count: 2 }),
  () => ({ name: "duplicate_webhooks", count: 20 }),
  () => ({ name: "out_of_order_webhooks", count: 20 }),
];

async function misfortunes(run: Run, steps: number) {
  const { bank, choices, log } = run;
  const faults: Record<string, number> = {};
  const crashes = { server: 0, database: 0 };
  for (let step = 1; step <= steps; step++) {
    const words: string[] = [];
    for (let move = choices.whole(1, 3); move > 0; move--) words.push(await bank.move(choices));
    if (choices.chance(0.8)) {
      const fault = choices.pick(strikes)(choices);
      // Mostly one consent's trouble, at times a whole provider's.
      const consents = bank.consents();
      const target = choices.chance(0.85)
        ? { consent_id: choices.pick(consents).consentId }
        : { provider: choices.pick(providers) };
      await bank.control("faults", { ...fault, ...target });
      faults[fault.name] = (faults[fault.name] ?? 0) + 1;
      words.push(fault.name);
    }
    if (choices.chance(0.1)) {
      await run.server.kill();
      crashes.server += 1;
      words.push("kill -9 of the server");
    } else if (choices.chance(0.07)) {
      await run.database.crash();
      crashes.database += 1;
      words.push("crash of PostgreSQL");
    }
    log(`${step}. ${words.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, choices.whole(50, 600)));
  }
  return { crashes, faults };
}

/** One in ten hangs for good. What is posted for the others has to arrive all the same, and soon. */
async function besideSickOnes(run: Run, connected: readonly Connected[]): Promise<number[]> {
  const { bank, database, choices, log } = run;
  await pullEverything(run, connected);
  await until("the queue is empty", () => isDrained(database), settleMsMax);
  const consents = bank.consents();
  const sick = consents.filter((_, index) => index % 10 === 0);
  for (const { consentId } of sick) {
    await bank.control("faults", { name: "hang", ms: 60_000, seconds: 600, consent_id: consentId });
    await bank.control("consents/webhook", {
      consent_id: consentId,
      what: anyWebhook(bank, consentId),
    });
  }
  const ill = new Set(sick.map(({ consentId }) => consentId));
  const healthy = consents.filter(({ consentId }) => !ill.has(consentId));
  const latencies: number[] = [];
  for (let round = 0; round < 12; round++) {
    const { consentId, paths, provider } = choices.pick(healthy);
    const description = `BESIDE ${round}`;
    const startedAt = performance.now();
    await bank.control("transactions", { account: paths[0], amount: "-1.00", description });
    const arrived = until(
      `a healthy connection of ${provider} has ${description}`,
      async () => {
        const { rowCount } = await database.admin.query(
          `SELECT FROM bank_transaction t
           JOIN financial_account a ON a.organisation_id = t.organisation_id AND a.id = t.account_id
           JOIN bank_connection c ON c.organisation_id = a.organisation_id AND c.id = a.connection_id
           WHERE c.external_id = $1 AND t.description = $2`,
          [consentId, description],
        );
        return (rowCount ?? 0) > 0;
      },
      60_000,
    );
    await arrived.catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await standingOf(database, consentId)}`);
    });
    latencies.push(Math.round(performance.now() - startedAt));
  }
  latencies.sort((a, b) => a - b);
  log(`beside ${sick.length} that hang: ${latencies.join(", ")} ms`);
  return latencies;
}

/** Nothing is due: what is left waits for its time. */
async function isDrained({ admin }: SoakDatabase): Promise<boolean> {
  const { rowCount } = await admin.query(
    "SELECT FROM graphile_worker._private_jobs WHERE run_at <= now() AND attempts < max_attempts",
  );
  return rowCount === 0;
}

/** What the product knows of a connection, for whoever has to find out why nothing arrived. */
async function standingOf({ admin }: SoakDatabase, consentId: string): Promise<string> {
  const { rows } = await admin.query(
    `SELECT c.provider, c.status, c.status_reason, c.last_sync_at, c.sync_not_before, c.sync_failures, c.reread_from,
       (SELECT json_agg(r ORDER BY r.started_at DESC) FROM (SELECT trigger, status, error_message, started_at, finished_at
          FROM sync_run r WHERE r.connection_id = c.id ORDER BY started_at DESC LIMIT 4) r) AS runs,
       (SELECT json_agg(d) FROM (SELECT kind, received_at, handled_at FROM webhook_delivery d
          WHERE d.connection_id = c.id ORDER BY received_at DESC LIMIT 4) d) AS deliveries,
       (SELECT json_agg(j) FROM (SELECT task_id, run_at, attempts, last_error, locked_at, key, flags
          FROM graphile_worker._private_jobs j WHERE j.payload::text LIKE '%' || c.id || '%') j) AS jobs
     FROM bank_connection c WHERE c.external_id = $1`,
    [consentId],
  );
  const { rows: running } = await admin.query(
    "SELECT key, flags, locked_at, attempts FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL",
  );
  return JSON.stringify({ now: new Date(), connection: rows[0], running }, null, 1);
}

function anyWebhook({ running }: SoakBank, consentId: string): string {
  const wire = running.sandbox.wires.find((each) =>
    each.consents().some((consent) => consent.consentId === consentId),
  );
  const names: Record<string, string> = {
    plaid: "SYNC_UPDATES_AVAILABLE",
    saltedge: "success finish",
    tink: "refresh:finished",
    ponto: "account.transactionsCreated",
  };
  return names[wire?.name ?? ""] ?? "";
}

/** Asks each connection for a sync, as a person would; a sick one's back-off is cut short by it. */
async function pullEverything(run: Run, connected: readonly Connected[]): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < connected.length) {
        const { id, key } = connected[next++] as Connected;
        await call(run, key, "POST", `/connections/${id}/trigger-sync/`).catch(() => null);
      }
    }),
  );
}

/** Lets everything come to rest, and compares. */
async function settle(run: Run, connected: readonly Connected[]): Promise<SoakReport["wrong"]> {
  const giveUpAt = performance.now() + settleMsMax;
  for (;;) {
    await run.bank.running.idle();
    const wrong = await compare(run, connected);
    if (wrong.length === 0 || performance.now() > giveUpAt) return wrong;
    run.log(`${wrong.length} connections still differ`);
    const late = new Set(wrong.map(({ connection }) => connection));
    const behind = connected.filter(({ id }) => late.has(id));
    await repairWhatNeedsIt(run, behind);
    await pullEverything(run, behind);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

/**
 * Signs in again where a person would be asked to: a server that is killed between a provider's new token and its
 * storing has lost the only one that serves.
 */
async function repairWhatNeedsIt(run: Run, connected: readonly Connected[]): Promise<void> {
  for (const { id, key, provider } of connected) {
    const { body } = await call(run, key, "GET", `/connections/${id}/`);
    if (!body.actions?.includes("repair") || body.status !== "reconnect_required") continue;
    const started = await call(run, key, "POST", `/connections/${id}/repair/`);
    const back = await consentTo(started.body.hosted_link_url ?? "");
    const returned = back === null ? null : new URL(back).search.slice(1);
    await call(run, key, "POST", `/connections/${id}/complete/`, { returned });
    run.log(`repaired a connection of ${provider}: ${body.status_reason}`);
  }
}

async function compare({ bank, database }: Run, connected: readonly Connected[]) {
  const { rows } = await database.admin.query<{ id: string; external_id: string; lines: string[] }>(
    `SELECT c.id, c.external_id, coalesce(array_agg(concat_ws('|', a.name, t.booked_on, t.amount_minor, t.pending, t.description))
       FILTER (WHERE t.id IS NOT NULL AND t.removed_at IS NULL), '{}') AS lines
     FROM bank_connection c
     LEFT JOIN financial_account a ON a.organisation_id = c.organisation_id AND a.connection_id = c.id
     LEFT JOIN bank_transaction t ON t.organisation_id = a.organisation_id AND t.account_id = a.id
     GROUP BY c.organisation_id, c.id, c.external_id`,
  );
  const consents = new Map(bank.consents().map((consent) => [consent.consentId, consent]));
  return rows.flatMap(({ id, external_id, lines }) => {
    const consent = consents.get(external_id);
    const provider = connected.find((each) => each.id === id)?.provider ?? "?";
    const expected = consent ? bank.linesOf(consent) : [];
    const stored = lines.map(plainBoolean).sort();
    const missing = without(expected, stored);
    const extra = without(stored, expected);
    const alike = consent !== undefined && missing.length === 0 && extra.length === 0;
    return alike
      ? []
      : [{ connection: id, provider, missing: missing.slice(0, 5), extra: extra.slice(0, 5) }];
  });
}

/** PostgreSQL writes t and f. */
function plainBoolean(line: string): string {
  return line.replace(/\|(t|f)\|/, (_, value) => `|${value === "t"}|`);
}

/** Of two like lines each counts. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

async function totals({ admin }: SoakDatabase): Promise<{ rows: number; doubled: number }> {
  const { rows } = await admin.query<{ rows: number; doubled: number }>(
    `SELECT (SELECT count(*)::int FROM bank_transaction) AS rows,
       (SELECT count(*)::int FROM (
         SELECT FROM bank_transaction GROUP BY account_id, external_id HAVING count(*) > 1) d) AS doubled`,
  );
  return rows[0] ?? { rows: 0, doubled: 0 };
}
