import pg from "pg";
import { generateLabelled } from "../core/matching/labelled/generate.ts";
import type { LabelledSet, Situation } from "../core/matching/labelled/labelled-set.ts";
import { tuning } from "../core/matching/labelled/tuning.ts";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { writeLabelled } from "../support/labelled-database.ts";
import { type Figure, rounded } from "./figures.ts";
import type { CoreResult } from "./matching-core.ts";
import type { DatabaseResult } from "./matching-database.ts";
import type { DuckdbResult } from "./matching-duckdb.ts";
import { type LoopResult, loopOver } from "./matching-loop.ts";
import { measureApart } from "./measure-apart.ts";

const seed = 20_261_121;
const sizes = [1_000, 10_000, 100_000];
/** Core alone: what of the growth is left to see. */
const growthSize = 1_000_000;

/** Decided by one document and one line: where every engine does the same work and must come to the same. */
const easy: readonly Situation[] = ["exact", "agent_exact", "digits_only", "no_reference"];

type Measured = {
  readonly set: LabelledSet;
  readonly core: CoreResult;
  readonly database: DatabaseResult;
  readonly loop: LoopResult;
  readonly duckdb: DuckdbResult;
  readonly agreement: number;
};

/**
 * Bank lines against as many open items of labelled books: from PostgreSQL and back with payments, evidence and the log
 * written under row-level security; core alone; beside them the plain loop of the same scoring, and DuckDB on two threads
 * with the same keys and points, which neither reads from nor writes to a database and keeps no evidence.
 *
 * BENCH_SIZES names other sizes, BENCH_GROWTH=0 leaves the million out.
 */
export async function benchMatching(cluster: TestCluster): Promise<Figure[]> {
  const figures: Figure[] = [];
  const wanted = process.env.BENCH_SIZES?.split(",").map(Number) ?? sizes;
  let last: Measured | null = null;
  for (const size of wanted) {
    last = await measureSize(cluster, size);
    figures.push(...figuresOf(size, last));
  }
  if (last !== null && process.env.BENCH_GROWTH !== "0") figures.push(await growth(last));
  return figures;
}

async function measureSize(cluster: TestCluster, size: number): Promise<Measured> {
  const task = { seed, transactions: size };
  const core = await measureApart<CoreResult>("matching-core.ts", { ...task, pairs: true });
  console.error(`  ${size}: core ${rounded(core.seconds)} s`);
  const duckdb = await measureApart<DuckdbResult>("matching-duckdb.ts", task);
  console.error(`  ${size}: DuckDB ${rounded(duckdb.seconds)} s`);
  const set = generateLabelled(tuning, seed, size);
  const database = await measureDatabase(cluster, set);
  console.error(`  ${size}: database to database ${rounded(database.seconds)} s`);
  const loop = loopOver(set);
  const agreement = agreementOf(set, core.pairs, duckdb.pairs);
  return { set, core, database, loop, duckdb, agreement };
}

async function measureDatabase(cluster: TestCluster, set: LabelledSet): Promise<DatabaseResult> {
  const database = await copyDatabase(cluster);
  try {
    const organisationId = await writeLabelled(database.adminUrl, set);
    const result = await measureApart<DatabaseResult>("matching-database.ts", {
      ...{ databaseUrl: database.serverUrl, organisationId },
    });
    await checkWritten(database.adminUrl, result.matched);
    return result;
  } finally {
    await database.drop();
  }
}

/** Speed counts only where everything was written: each match with evidence, each of its lines in the log. */
async function checkWritten(adminUrl: string, matched: number): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ matches: number; bare: number; unlogged: number }>(`
      SELECT (SELECT count(*)::int FROM match) AS matches,
        (SELECT count(*)::int FROM match WHERE jsonb_array_length(evidence) = 0) AS bare,
        (SELECT count(*)::int FROM (SELECT DISTINCT match_id, transaction_id FROM payment) p)
          - (SELECT count(*)::int FROM audit_entry WHERE action = 'match.proposed') AS unlogged`);
    const [row] = rows;
    if (row?.matches !== matched || row.bare !== 0 || row.unlogged !== 0) {
      throw new Error(`${matched} matches were told, and written was ${JSON.stringify(row)}`);
    }
  } finally {
    await client.end();
  }
}

/** Of the easy lines that either engine decides: the share for which both decide the same. */
function agreementOf(set: LabelledSet, ours: readonly string[], theirs: readonly string[]): number {
  const isEasy = (pair: string) => {
    const truth = set.truth.get(pair.slice(0, pair.indexOf(" ")));
    return truth !== undefined && easy.includes(truth.situation);
  };
  const [mine, other] = [new Set(ours.filter(isEasy)), new Set(theirs.filter(isEasy))];
  const both = [...mine].filter((pair) => other.has(pair)).length;
  return both / new Set([...mine, ...other]).size;
}

function figuresOf(size: number, measured: Measured): Figure[] {
  const { core, database, loop, duckdb, agreement } = measured;
  const what = `Matching ${rounded(size)} lines with ${rounded(core.items)} open items`;
  const lines = core.transactions;
  const beside = (which: string, seconds: number, peer: number, peerName: string): Figure => ({
    what: `${what}, ${which}: seconds (${rounded(lines / seconds)} lines/s)`,
    ours: rounded(seconds),
    peer: rounded(peer),
    peerName,
    ratio: peer / seconds,
  });
  const loopName =
    loop.sampled === lines
      ? "plain loop over all pairs, same scoring"
      : `plain loop over all pairs, same scoring, extrapolated from ${rounded(loop.sampled)} lines`;
  const duckdbName = `DuckDB 1.5, 2 threads, from its memory; ${(agreement * 100).toFixed(1)} % the same on easy lines`;
  return [
    beside("database to database", database.seconds, duckdb.seconds, duckdbName),
    beside("core alone", core.seconds, duckdb.seconds, duckdbName),
    beside("core alone", core.seconds, loop.seconds, loopName),
    {
      what: `${what}: peak resident memory of the run's process with its thread, MiB`,
      ours: rounded(database.peakMiB),
      peer: `${rounded(database.idleMiB)} before; core alone ${rounded(core.peakMiB)} (its books ${rounded(core.booksMiB)}); DuckDB ${rounded(duckdb.peakMiB)}`,
      peerName: "MiB",
      ratio: null,
    },
  ];
}

async function growth({ core }: Measured): Promise<Figure> {
  const grown = await measureApart<CoreResult>("matching-core.ts", {
    ...{ seed, transactions: growthSize, pairs: false },
  });
  const factor = grown.transactions / core.transactions;
  return {
    what:
      `Core alone, ${rounded(grown.transactions)} lines with ${rounded(grown.items)} open items: seconds ` +
      `(${rounded(grown.transactions / grown.seconds)} lines/s, peak ${rounded(grown.peakMiB)} MiB, ${grown.boundedGroups} groups too large)`,
    ours: rounded(grown.seconds),
    peer: rounded(core.seconds * factor),
    peerName: `linear growth from ${rounded(core.transactions)} lines`,
    ratio: (core.seconds * factor) / grown.seconds,
  };
}
