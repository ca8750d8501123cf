/**
 * A feed of some thousand lines pushed while the server process is killed again and again, and while the platform refuses,
 * loses its answers, gives up and writes all the same, all drawn from one seed. In the end the books must hold what was to
 * be pushed, once each, and every line's state must say so.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readSettings } from "../../server/sandbox/settings.ts";
import { checkOverApi, feedOverApi, pushOverApi, returnAddress } from "../support/feed-over-api.ts";
import { startSoakBank } from "./bank-side.ts";
import { asker, feedOwner } from "./feed-side.ts";
import {
  freeAddress,
  type SoakDatabase,
  type SoakServer,
  startSoakDatabase,
  startSoakServer,
} from "./product.ts";
import { type Watch, watchPushes } from "./push-watch.ts";
import { choicesOf } from "./random.ts";

export interface PushSoakOptions {
  readonly seed: number;
  readonly lines: number;
  readonly kills: number;
  readonly log: (line: string) => void;
}

export interface PushSoakReport {
  /** How often the server was killed, by when. */
  readonly kills: Readonly<Record<Moment, number>>;
  /** What became of the pushes that the platform accepted. */
  readonly fates: Readonly<Record<string, number>>;
  readonly arrived: number;
  /** What is in the books and was not to be there, or not twice, or otherwise; and what is not there. */
  readonly wrong: readonly string[];
  /** Lines by state, after what arrived was read back. */
  readonly states: Readonly<Record<string, number>>;
  readonly agrees: boolean;
}

/**
 * accepted: the platform has the batch, its answer is not out. late: the request is out and not yet accepted, and is so
 * when the process is gone. anywhere: after so many changes that the product has written down.
 */
const moments = ["accepted", "late", "anywhere"] as const;
type Moment = (typeof moments)[number];

const rates = {
  ...{ rate_limit: 0.06, internal_error: 0.06, cut_before: 0.06, cut_after: 0.08 },
  ...{ silent_after: 0.06, push_slow: 0.1, push_timed_out: 0.08, push_written_later: 0.08 },
};

export async function pushThroughCrashes(options: PushSoakOptions): Promise<PushSoakReport> {
  const { seed, lines, log } = options;
  log(`seed ${seed}: ${lines} lines, ${options.kills} kills`);
  const choices = choicesOf(seed);
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-push-soak-"));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const database = await startSoakDatabase(false);
    undo.push(() => database.stop());
    const bank = await startSoakBank(
      readSettings({ SANDBOX_CODAT_REDIRECT_URL: returnAddress, SANDBOX_PACE_SECONDS: "0" }),
    );
    undo.push(() => bank.running.close());
    const server = await startAnywhere(
      {
        ...{ DATABASE_URL: database.serverUrl, TIEOUT_DEMO: "true", LOG_LEVEL: "warn" },
        ...{ TOKEN_KEYS: tokenKeys, SANDBOX_URL: bank.running.url, TIEOUT_DATA_DIR: folder },
      },
      path.join(os.tmpdir(), `tieout-push-soak-${seed}.log`),
    );
    undo.push(() => server.stop());
    const owner = await feedOwner(database, lines);
    const ask = asker(server.url, owner.apiKey);
    const { feedId } = await feedOverApi(ask, owner);
    const watch = watchPushes(database, bank);
    // Nothing there protects from a repeat.
    await watch.control.say("codat/modes", { strict_ids: false, idempotency: false });
    await watch.control.say("codat/plan", { seed: String(seed), rates, ms: 300, retry_after: 1 });
    await pushOverApi(ask, feedId);
    // What has failed too often waits for a person.
    const again = () => pushOverApi(ask, feedId).catch(() => {});
    const kills: Record<Moment, number> = { accepted: 0, late: 0, anywhere: 0 };
    for (let made = 0; made < options.kills; made++) {
      const moment = moments[made % moments.length] ?? "anywhere";
      server.prepare();
      if (!(await reach(moment, watch, again, choices.whole(1, 6)))) break;
      // The sandbox's own wait began before this one, and ends before.
      await Promise.all([server.kill(), moment === "late" && wait(lateMs)]);
      kills[moment] += 1;
      log(`killed: ${moment}, ${await watch.written()} batches were written down`);
    }
    await watch.until("every line has been pushed", watch.isDone, again);
    await watch.control.say("codat/faults/clear");
    await bank.running.idle();
    await checkOverApi(ask, feedId);
    await watch.seen("what arrived has been read back", () => hasCheck(database));
    return { kills, ...(await compare(database, watch)) };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** A port that is free may be taken before the server has it: then another. */
async function startAnywhere(env: NodeJS.ProcessEnv, logFile: string): Promise<SoakServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await startSoakServer(await freeAddress(), env, logFile);
    } catch (error) {
      if (tries === startsMax) throw error;
    }
  }
}

const startsMax = 3;
const tokenKeys = `demo-soak:${Buffer.alloc(32, 9).toString("base64")}`;
const lateMs = 2_000;

/** Waits for a moment to kill at. @returns false where everything was pushed before it came */
async function reach(
  moment: Moment,
  watch: Watch,
  again: () => Promise<void>,
  changes: number,
): Promise<boolean> {
  if (moment === "anywhere") {
    const target = (await watch.changes()) + changes;
    await watch.until(
      `${changes} more changes`,
      async () => (await watch.changes()) >= target || (await watch.isDone()),
      again,
    );
    return !(await watch.isDone());
  }
  const { say, read } = watch.control;
  const strike =
    moment === "accepted" ? { name: "silent_after", ms: 60_000 } : { name: "slow", ms: lateMs };
  const fault = await say<{ id: number }>("codat/faults", { ...strike, calls: "push", count: 1 });
  const isUsed = async () => {
    const { faults } = await read<{ faults: { id: number }[] }>("codat/state");
    return !faults.some(({ id }) => id === fault.id);
  };
  await watch.until(
    `a push that is ${moment}`,
    async () => (await isUsed()) || (await watch.isDone()),
    again,
  );
  if (await isUsed()) return true;
  await say("codat/faults/clear", { id: fault.id });
  return false;
}

async function hasCheck({ admin }: SoakDatabase): Promise<boolean> {
  const { rowCount } = await admin.query("SELECT FROM feed_check");
  return rowCount !== null && rowCount > 0;
}

interface ArrivedThere {
  readonly pushed_as: string | null;
  readonly date: string;
  readonly amount: number;
}

async function compare(
  { admin }: SoakDatabase,
  { control }: Watch,
): Promise<Omit<PushSoakReport, "kills">> {
  const { rows: feeds } = await admin.query(
    "SELECT target_external_id AS target FROM feed_account",
  );
  const state = await control.read<{
    books: { books: string }[];
    pushes: { fate: string }[];
  }>("codat/state");
  const query = new URLSearchParams({
    ...{ books: state.books[0]?.books ?? "", account: feeds[0]?.target ?? "" },
  });
  const lines = await control.read<ArrivedThere[]>(`codat/lines?${query}`);
  const { rows: meant } = await admin.query<{ id: string; day: string; amount: string }>(
    "SELECT id, booked_on::text AS day, amount_minor AS amount FROM bank_transaction",
  );
  const arrived = lines.map(
    (line) => `${line.pushed_as} ${line.date.slice(0, 10)} ${Math.round(line.amount * 100)}`,
  );
  const expected = meant.map(({ id, day, amount }) => `${id} ${day} ${amount}`);
  const { rows: states } = await admin.query<{ state: string; count: number }>(
    "SELECT state, count(*)::int AS count FROM feed_line GROUP BY state",
  );
  const { rows: checks } = await admin.query<{ agrees: boolean }>(
    "SELECT agrees FROM feed_check ORDER BY checked_at DESC LIMIT 1",
  );
  return {
    fates: counted(state.pushes.map(({ fate }) => fate)),
    arrived: lines.length,
    wrong: [...beyond(arrived, expected), ...beyond(expected, arrived)].slice(0, 20),
    states: Object.fromEntries(states.map((row) => [row.state, row.count])),
    agrees: checks[0]?.agrees ?? false,
  };
}

/** What one list has more often than another. */
function beyond(lines: readonly string[], others: readonly string[]): string[] {
  const left = counted(others);
  return lines.filter((line) => {
    const count = left[line] ?? 0;
    left[line] = count - 1;
    return count <= 0;
  });
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
