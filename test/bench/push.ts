import pg from "pg";
import { localDate } from "../../server/src/core/dates.ts";
import { packageOf } from "../../server/src/platforms/codat/packages.ts";
import { toPushBody } from "../../server/src/platforms/codat/translate-push.ts";
import type { PlatformLine } from "../../server/src/platforms/platform.ts";
import { copyDatabase, type TestDatabase } from "../support/database.ts";
import {
  type Ask,
  checkOverApi,
  feedOverApi,
  pushOverApi,
  returnAddress,
} from "../support/feed-over-api.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { ask } from "./api.ts";
import { fillBooks } from "./books.ts";
import { type Figure, rounded } from "./figures.ts";
import { cpuSeconds, familyCpuSeconds, parentOf, residentMiB } from "./process-figures.ts";
import { type Running, startPeer, startTieout } from "./processes.ts";
import { type LoopTook, pushInALoop } from "./push-loop.ts";

const sizes = [100_000];
const linesOfBatch = 1_000;
const minutesMax = 15;

/**
 * One account's transactions pushed through the worker and the Codat adapter to the sandbox, and read back and compared;
 * server, sandbox and PostgreSQL each in processes of their own. Beside it, a loop that posts the very same batches to a
 * sandbox of its own and polls them, without a database. BENCH_SIZES names other sizes.
 */
export async function benchPush(cluster: TestCluster): Promise<Figure[]> {
  const wanted = process.env.BENCH_SIZES?.split(",").map(Number) ?? sizes;
  const figures: Figure[] = [];
  for (const size of wanted) figures.push(...(await benchOne(cluster, size)));
  return figures;
}

async function benchOne(cluster: TestCluster, size: number): Promise<Figure[]> {
  const database = await copyDatabase(cluster);
  try {
    const ours = await measureTieout(database, size);
    const loop = await measureLoop(ours);
    return figuresOf(size, ours, loop);
  } finally {
    await database.drop();
  }
}

interface Used {
  readonly seconds: number;
  /** Waiting for the platform's answers, as the server measures it itself. */
  readonly answerSeconds: number;
  /** PostgreSQL at work on statements, as it measures it itself. */
  readonly statementSeconds: number;
  /** CPU of each process; null where the system does not tell. */
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
  readonly sandboxCpu: number | null;
}

interface Ours {
  readonly push: Used;
  readonly check: Used;
  readonly idleMiB: number | null;
  readonly peakMiB: number | null;
  readonly feedId: string;
  readonly bodies: readonly object[];
}

async function measureTieout(database: TestDatabase, size: number): Promise<Ours> {
  const [tenant] = await fillBooks(database.adminUrl, {
    ...{ tenants: 1, transactionsEach: size, accountsEach: 1 },
  });
  if (!tenant) throw new Error("no tenant");
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const accountId = await withinAYear(admin);
  const bank = await startSandboxProcess();
  const tieout = await startTieout(database.serverUrl, { SANDBOX_URL: bank.url });
  try {
    const api: Ask = (query, variables) => ask(tieout.url, tenant.apiKey, query, variables);
    const feedStartOn = await dayOfFirst(admin);
    const { feedId } = await feedOverApi(api, { accountId, feedStartOn });
    const postmaster = await postmasterOf(admin);
    const measured = { tieout, bank, admin, postmaster };
    const idleMiB = residentMiB(tieout.process.pid, "VmRSS");
    const push = await measure(measured, async () => {
      await pushOverApi(api, feedId);
      await until(admin, pushed, [size], feedId);
    });
    const check = await measure(measured, async () => {
      await checkOverApi(api, feedId);
      await until(admin, checked, [], feedId);
    });
    await refuseWrong(admin, size);
    const peakMiB = residentMiB(tieout.process.pid, "VmHWM");
    return { push, check, idleMiB, peakMiB, feedId, bodies: await bodiesOf(admin, feedId) };
  } finally {
    await tieout.stop();
    await bank.stop();
    await admin.end();
  }
}

function startSandboxProcess(): Promise<Running> {
  return startPeer("sandbox-server.ts", {
    ...{ SANDBOX_PORT: "0", SANDBOX_PACE_SECONDS: "0", SANDBOX_READY_DELAY_MS: "0" },
    ...{ SANDBOX_CODAT_CALLS_PER_DAY: "10000000", SANDBOX_CODAT_REDIRECT_URL: returnAddress },
  });
}

async function measureLoop({ feedId, bodies }: Ours): Promise<LoopTook> {
  const bank = await startSandboxProcess();
  try {
    return await pushInALoop(bank.url, feedId, bodies);
  } finally {
    await bank.stop();
  }
}

/** Xero takes a year back. What is not matched goes out, so that both signs occur. @returns the account's id */
async function withinAYear(admin: pg.Client): Promise<string> {
  await admin.query("SET session_replication_role = replica");
  await admin.query(
    `UPDATE bank_transaction SET booked_on = current_date - 1 - (date '2026-11-20' - booked_on) / 3,
       amount_minor = CASE WHEN allocated_minor = 0 THEN -amount_minor ELSE amount_minor END`,
  );
  await admin.query("SET session_replication_role = origin");
  await admin.query("VACUUM FULL ANALYZE bank_transaction");
  const { rows } = await admin.query<{ id: string }>(
    "UPDATE financial_account SET balance_current_minor = 5000000000 RETURNING id",
  );
  return rows[0]?.id ?? "";
}

async function dayOfFirst(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ day: string }>(
    "SELECT min(booked_on)::text AS day FROM bank_transaction",
  );
  return rows[0]?.day ?? "";
}

/** Every backend's parent. */
async function postmasterOf(admin: pg.Client): Promise<number | null> {
  const { rows } = await admin.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return parentOf(rows[0]?.pid ?? 0);
}

interface Measured {
  readonly tieout: Running;
  readonly bank: Running;
  readonly admin: pg.Client;
  readonly postmaster: number | null;
}

async function measure(of: Measured, act: () => Promise<void>): Promise<Used> {
  const before = await usedSoFar(of);
  const startedAt = performance.now();
  await act();
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await usedSoFar(of);
  const between = (one: keyof typeof after) => {
    const [then, now] = [before[one], after[one]];
    return then === null || now === null ? null : now - then;
  };
  return {
    seconds,
    answerSeconds: between("answerSeconds") ?? 0,
    statementSeconds: between("statementSeconds") ?? 0,
    serverCpu: between("serverCpu"),
    postgresCpu: between("postgresCpu"),
    sandboxCpu: between("sandboxCpu"),
  };
}

async function usedSoFar({ tieout, bank, admin, postmaster }: Measured) {
  const cpu = {
    serverCpu: cpuSeconds(tieout.process.pid),
    postgresCpu: postmaster === null ? null : familyCpuSeconds(postmaster),
    sandboxCpu: cpuSeconds(bank.process.pid),
  };
  const metrics = await (await fetch(`${tieout.url}/metrics`)).text();
  const answers = metrics.matchAll(/^tieout_provider_call_seconds_sum\{[^}]*\} (\S+)$/gm);
  const { rows } = await admin.query<{ ms: number }>(
    "SELECT active_time AS ms FROM pg_stat_database WHERE datname = current_database()",
  );
  return {
    ...cpu,
    answerSeconds: [...answers].reduce((sum, [, value]) => sum + Number(value), 0),
    statementSeconds: (rows[0]?.ms ?? 0) / 1_000,
  };
}

/** An operation and its lines are recorded in one transaction. Asked often: it must cost PostgreSQL next to nothing. */
const pushed = `SELECT FROM push_operation WHERE feed_account_id = $1 AND status = 'success' HAVING sum(lines) = $2`;
const checked = "SELECT FROM feed_check WHERE feed_account_id = $1";

async function until(
  admin: pg.Client,
  sql: string,
  more: readonly unknown[],
  feedId: string,
): Promise<void> {
  const giveUpAt = Date.now() + minutesMax * 60_000;
  while (Date.now() < giveUpAt) {
    const { rowCount } = await admin.query(sql, [feedId, ...more]);
    if (rowCount !== null && rowCount > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rows } = await admin.query(
    "SELECT status, count(*), min(problem) AS problem FROM push_operation GROUP BY status",
  );
  throw new Error(`not within ${minutesMax} minutes: ${JSON.stringify(rows)}`);
}

/** A fast push that loses or doubles a line would win every race. */
async function refuseWrong(admin: pg.Client, size: number): Promise<void> {
  const { rows } = await admin.query<{ agrees: boolean; confirmed: number; unexpected: number }>(
    "SELECT agrees, confirmed, unexpected FROM feed_check ORDER BY checked_at DESC LIMIT 1",
  );
  const [check] = rows;
  if (!check?.agrees || check.confirmed !== size || check.unexpected > 0) {
    throw new Error(`what arrived is not what was pushed: ${JSON.stringify(check)}`);
  }
}

/** The batches that were sent, as the adapter writes them. */
async function bodiesOf(admin: pg.Client, feedId: string): Promise<object[]> {
  const { rows } = await admin.query(
    `SELECT transaction_id AS id, booked_on::text AS "bookedOn", amount_minor AS "amountMinor",
       balance_minor AS "balanceMinor", description, counterparty_name AS "counterpartyName", reference, reconciled, kind
     FROM feed_line WHERE feed_account_id = $1 ORDER BY position`,
    [feedId],
  );
  const lines = rows.map(
    (row): PlatformLine => ({
      ...row,
      bookedOn: localDate(row.bookedOn),
      amountMinor: BigInt(row.amountMinor),
      balanceMinor: row.balanceMinor === null ? null : BigInt(row.balanceMinor),
    }),
  );
  const batches = Math.ceil(lines.length / linesOfBatch);
  return Array.from({ length: batches }, (_, at) =>
    toPushBody(
      {
        ...{ reference: "", feedExternalId: feedId, currency: "GBP" },
        lines: lines.slice(at * linesOfBatch, (at + 1) * linesOfBatch),
      },
      packageOf("xero"),
    ),
  );
}

function figuresOf(size: number, ours: Ours, loop: LoopTook): Figure[] {
  const what = `Push of ${rounded(size)} transactions in batches of ${rounded(linesOfBatch)}, until the last is recorded`;
  const { push, check } = ours;
  const memory = (mib: number | null) => (mib === null ? "not told by this system" : rounded(mib));
  return [
    {
      what: `${what}: transactions/s`,
      ours: rounded(size / push.seconds),
      peer: rounded(size / loop.pushSeconds),
      peerName: "plain loop of posts and polls, no database",
      ratio: loop.pushSeconds / push.seconds,
    },
    whereItGoes("Its seconds", push, loop.pushSeconds),
    {
      what: `Read back and compared, ${rounded(loop.linesRead)} lines: seconds`,
      ours: rounded(check.seconds),
      peer: rounded(loop.readSeconds),
      peerName: "plain loop that reads the pages",
      ratio: loop.readSeconds / check.seconds,
    },
    whereItGoes("Its seconds", check, loop.readSeconds),
    {
      what: "Its server's peak resident memory, MiB",
      ours: memory(ours.peakMiB),
      peer: memory(ours.idleMiB),
      peerName: "the same server before the push",
      ratio: null,
    },
  ];
}

/** One job does it all, so that its time is a sum: the answers, the statements, its own work, and what it only waits. */
function whereItGoes(what: string, used: Used, loopSeconds: number): Figure {
  const { seconds, answerSeconds, statementSeconds, serverCpu, postgresCpu, sandboxCpu } = used;
  const rest = Math.max(0, seconds - answerSeconds - statementSeconds);
  const cpu = (value: number | null) => (value === null ? "?" : rounded(value));
  return {
    what: `${what}: the platform's answers + PostgreSQL's statements + the rest, its own work and pauses (CPU of server, PostgreSQL, sandbox)`,
    ours: `${rounded(answerSeconds)} + ${rounded(statementSeconds)} + ${rounded(rest)} (${cpu(serverCpu)}, ${cpu(postgresCpu)}, ${cpu(sandboxCpu)})`,
    peer: rounded(loopSeconds),
    peerName: "plain loop, all of it answers",
    ratio: null,
  };
}
