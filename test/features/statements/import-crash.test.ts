/** Imports that meet each other or a feed, and imports whose process or database connection dies under them. */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { bringIn } from "../../../server/src/features/connections/sync/bring-in.ts";
import { readImport } from "../../../server/src/features/statements/read-import.ts";
import { receiveStatementFile } from "../../../server/src/features/statements/receive-file.ts";
import { writeImport } from "../../../server/src/features/statements/write-import.ts";
import { importNow } from "../../support/bring-in-file.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import { aRow } from "../../support/window-bank.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
/** Sees and ends the others' connections. */
let admin: pg.Client;
let organisation: WorldOrganisation;
let connectionId: string;
let accountId: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  connectionId = await addConnection(app, organisation.id, { provider: "push" });
  accountId = await addAccount(app, organisation.id, connectionId, { externalId: "account-1" });
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

afterAll(async () => {
  await app.close();
  await admin.end();
  await database.drop();
});

const me = () => viewerIn(organisation);
const dayOf = (n: number) => addDays(localDate("2026-09-01"), n % 60);
const amountOf = (n: number) => BigInt(n % 997) + 1n;

/** Lines from one number to another, in words of so many characters; numbers tell the days and amounts. */
function csv(from: number, to: number, characters = 12): string {
  const rows = Array.from({ length: to - from }, (_, at) => {
    const n = from + at;
    const pence = String(amountOf(n)).padStart(3, "0");
    const words = `Line ${n} `.padEnd(characters, "of words ");
    return `${dayOf(n)},${words},${pence.slice(0, -2)}.${pence.slice(-2)}\n`;
  });
  return `Date,Description,Amount\n${rows.join("")}`;
}

/** Takes a file in; the jobs wait for the test. */
async function receive(text: string) {
  const file = { fileName: "lines.csv", accountId, layout: null, importWhenRead: true };
  const batch = await receiveStatementFile(app, me(), { ...file, dryRun: false }, whole(text));
  return { organisationId: organisation.id, batchId: batch.id };
}

async function* whole(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const batchOf = ({ batchId }: { batchId: string }) => importNow(app, me(), batchId);

/** How many lines are in the books, how many different ones, and what they come to. */
async function books() {
  const [row] = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<{ lines: number; different: number; sum: bigint }>(
      `SELECT count(*)::int AS lines, count(DISTINCT (booked_on, amount_minor, description))::int AS different,
         coalesce(sum(amount_minor), 0)::bigint AS sum
       FROM bank_transaction WHERE account_id = $1 AND removed_at IS NULL`,
      [accountId],
    ),
  );
  return row;
}

function linesOnce(count: number) {
  let sum = 0n;
  for (let n = 0; n < count; n++) sum += amountOf(n);
  return { lines: count, different: count, sum };
}

/** Asks until the answer has a row. */
async function seen(sql: string, parameters: unknown[] = []): Promise<void> {
  for (let tries = 0; tries < 100_000; tries += 1) {
    const { rows } = await admin.query(sql, parameters);
    if (rows.length > 0) return;
  }
  throw new Error(`never seen: ${sql}`);
}

/** Ends the connections of whoever writes a table just now. */
const endWriterOf = (table: string, more = "true") =>
  seen(
    `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
     WHERE l.relation = '${table}'::regclass AND l.mode = 'RowExclusiveLock' AND ${more}
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );

test("two jobs for one import read it once and write it once", async () => {
  const job = await receive(csv(0, 2_000));
  await Promise.all([readImport(app, job), readImport(app, job)]);
  expect(await batchOf(job)).toMatchObject({ status: "processing", step: "writing", lines: 2_000 });
  await Promise.all([writeImport(app, job), writeImport(app, job)]);
  expect(await batchOf(job)).toMatchObject({ status: "complete", added: 2_000, recognised: 0 });
  expect(await runJobs(app)).toEqual([]);
  expect(await books()).toEqual(linesOnce(2_000));
});

test("two overlapping files at once come to each line once", async () => {
  const jobs = [await receive(csv(0, 1_500)), await receive(csv(500, 2_000))];
  await Promise.all(jobs.map((job) => readImport(app, job)));
  await Promise.all(jobs.map((job) => writeImport(app, job)));
  const batches = await Promise.all(jobs.map(batchOf));
  expect(batches.map(({ status }) => status)).toEqual(["complete", "complete"]);
  expect(batches.map(({ added }) => added).sort()).toEqual([1_500, 500].sort());
  expect(await runJobs(app)).toEqual([]);
  expect(await books()).toEqual(linesOnce(2_000));
});

test("a file and a feed of the same days at once come to each line once", async () => {
  for (let round = 0; round < 3; round += 1) {
    accountId = await addAccount(app, organisation.id, connectionId, {
      externalId: `account-of-round-${round}`,
    });
    const job = await receive(csv(0, 600));
    await readImport(app, job);
    const rows = Array.from({ length: 600 }, (_, n) =>
      aRow(`feed ${n}`, {
        ...{ accountExternalId: `account-of-round-${round}`, bookedOn: dayOf(n) },
        ...{ amountMinor: amountOf(n), description: `Line ${n} ` },
      }),
    );
    const feed = () =>
      asOrganisation(app.database, organisation.id, (tx) =>
        bringIn(
          tx,
          { id: connectionId },
          { accounts: [], rows, removed: [], whole: [] },
          app.now(),
        ),
      );
    await Promise.all(
      round === 1 ? [feed(), writeImport(app, job)] : [writeImport(app, job), feed()],
    );
    expect(await batchOf(job)).toMatchObject({ status: "complete" });
    expect(await books()).toMatchObject({ lines: 600, sum: linesOnce(600).sum });
    await feed();
    expect(await books()).toMatchObject({ lines: 600, sum: linesOnce(600).sum });
  }
});

test("a reading that dies between two parts of the file goes on behind what it has staged", async () => {
  // Three parts of a mebibyte.
  const job = await receive(csv(0, 3_000, 900));
  const killed = seen(
    "SELECT FROM import_batch WHERE id = $1 AND rows_read > 0 AND step = 'reading'",
    [job.batchId],
  ).then(() => endWriterOf("staged_line"));
  await Promise.all([expect(readImport(app, job)).rejects.toThrow(), killed]);
  const left = await admin.query("SELECT count(*)::int AS count FROM staged_line");
  expect(left.rows[0].count).toBeGreaterThan(0);
  expect(left.rows[0].count).toBeLessThan(3_000);
  expect(await runJobs(app)).toEqual([]);
  expect(await batchOf(job)).toMatchObject({ status: "complete", lines: 3_000, added: 3_000 });
  expect(await books()).toEqual(linesOnce(3_000));
});

test("a writing whose connection dies before its commit leaves nothing, and the queue ends it", async () => {
  const job = await receive(csv(0, 6_000));
  const killed = endWriterOf("bank_transaction", "granted");
  const [failures] = await Promise.all([runJobs(app), killed]);
  expect(failures).toHaveLength(1);
  expect(await books()).toMatchObject({ lines: 0 });
  expect(await runJobs(app, { due: true })).toEqual([]);
  expect(await batchOf(job)).toMatchObject({ status: "complete", added: 6_000, recognised: 0 });
  expect(await books()).toEqual(linesOnce(6_000));
});

test("staged lines that a crash of the database took are read again, once", async () => {
  const job = await receive(csv(0, 500));
  await readImport(app, job);
  // What PostgreSQL does with an unlogged table when it recovers.
  await admin.query("TRUNCATE staged_line");
  expect(await runJobs(app)).toEqual([]);
  expect(await batchOf(job)).toMatchObject({ status: "complete", lines: 500, added: 500 });
  expect(await books()).toEqual(linesOnce(500));
});

test("a process that is killed while it reads 30,000 lines, and one while it writes them, leave them to the next", async () => {
  const job = await receive(csv(0, 30_000, 60));
  const reading = startWorkerProcess();
  await seen("SELECT FROM import_batch WHERE id = $1 AND rows_read > 0", [job.batchId]);
  reading.child.kill("SIGKILL");
  expect(await reading.ended).toBe("SIGKILL");
  expect((await batchOf(job)).status).toBe("processing");
  // The last that a writing does is its audit entry: held back there, it has written everything and committed nothing.
  await admin.query("BEGIN; LOCK TABLE audit_entry IN SHARE MODE");
  const writing = startWorkerProcess();
  await seen(
    `SELECT FROM pg_locks l WHERE l.relation = 'audit_entry'::regclass AND NOT l.granted
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  writing.child.kill("SIGKILL");
  expect(await writing.ended).toBe("SIGKILL");
  await admin.query("ROLLBACK");
  expect((await batchOf(job)).status).toBe("processing");
  expect(await books()).toMatchObject({ lines: 0 });
  const last = startWorkerProcess();
  expect(await last.ended, last.output()).toBe(0);
  expect(await batchOf(job)).toMatchObject({ status: "complete", added: 30_000, recognised: 0 });
  expect(await books()).toEqual(linesOnce(30_000));
}, 120_000);

function startWorkerProcess() {
  const child = fork(path.join(import.meta.dirname, "../../jobs/worker-process.ts"), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      TEST_DATABASE_URL: database.serverUrl,
      // No bank is asked for anything.
      TEST_BANK_URL: "http://127.0.0.1:1",
    },
  });
  children.add(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<string | number | null>((resolve) =>
    child.once("close", (code, signal) => {
      children.delete(child);
      resolve(signal ?? code);
    }),
  );
  return { child, ended, output: () => output };
}
