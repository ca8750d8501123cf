import type { App } from "../../../app.ts";
import { builtInProfiles } from "../../../core/matching/profile.ts";
import { proposeMatches } from "../../../core/matching/propose-matches.ts";
import type { ProposedMatch } from "../../../core/matching/types.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { readAliases } from "../../learning/read-aliases.ts";
import { readProfilesInUse } from "../../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../../rates/read-rates.ts";
import { jobViewer, type Viewer } from "../../viewer.ts";
import { readRules } from "../rules/matching-rule.ts";
import { loadForTransfers } from "../transfers/apply-transfers.ts";
import { actBeforeMatching } from "./act-before-matching.ts";
import type { BegunRun } from "./begin-run.ts";
import { changeRun } from "./change-run.ts";
import { countOpen, loadDeclined, loadOpenBooks, rowsOfSideMax } from "./load-open-books.sql.ts";
import type { RunProfiles } from "./matching-run.ts";
import type { RunShare } from "./run-progress.ts";
import { type SeenBooks, saveChunk } from "./save-chunk.ts";

/** What came of a run. */
export interface RunOutcome {
  readonly matched: number;
  /** Proposals that somebody or something else was faster than. */
  readonly overtaken: number;
}

/** Who decided, in the words of the log and the screen. */
export const automaticMatcherName = "Automatic matching";

/** Matches that are written in one database transaction: it holds its locks for about a second at most. */
const matchesOfTransactionMax = 2_000;
/** Chunks that are written at the same time: as many as a run's thread has connections. */
const writersMax = 2;
const loadingMsMax = 5 * 60_000;

/**
 * A run from the database and back: loads what is open, lets rules act and transfers be found, lets core decide on the
 * rest, and writes what still holds. It writes in chunks, each a whole that counts itself in the run's row, so that
 * whoever takes the run over goes on behind it.
 * @throws RunOvertaken
 */
export async function performRun(
  app: Pick<App, "database" | "now">,
  run: BegunRun,
  tell: (progress: RunShare) => void,
  options: { matchesOfTransactionMax?: number } = {},
): Promise<RunOutcome> {
  tell({ step: "loading", share: 0 });
  const { expected, loaded } = await load(app, run, tell);
  await noteLooked(app, run, {
    ...expected,
    profiles: versionsOf(loaded?.settings.profiles ?? builtInProfiles),
  });
  if (loaded === null) return { matched: 0, overtaken: 0 };
  const { books, settings, first } = loaded;
  const viewer = jobViewer(run.organisationId, automaticMatcherName);
  const left = await actBeforeMatching(
    { app, run, viewer },
    { ...first, transactions: books.transactions },
    tell,
  );
  const { transactions, ruleOf } = left;
  const { matches, boundedGroups } = proposeMatches({
    ...settings,
    transactions,
    items: books.items,
    suggestions: false,
    onProgress: (share) => tell({ step: "deciding", share }),
  });
  const seen: SeenBooks = {
    transactions: new Map(transactions.map((row) => [row.id, row])),
    items: new Map(books.items.map((row) => [row.id, row])),
    blocks: books.blocks,
    own: new Set(),
  };
  const { matchesOfTransactionMax: chunkSize = matchesOfTransactionMax } = options;
  const decided = { matches, boundedGroups, seen, ruleOf, chunkSize };
  const saved = await saveAll({ app, run, viewer }, decided, tell);
  return { matched: left.matched + saved.matched, overtaken: saved.overtaken };
}

/** All that deciding needs; nothing where nothing is open. */
function load(app: Pick<App, "database">, run: BegunRun, tell: (progress: RunShare) => void) {
  return readAsOrganisation(app.database, run.organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
    const expected = await countOpen(sql, rowsOfSideMax);
    if (expected.transactions === 0) return { expected, loaded: null };
    const books = await loadOpenBooks(sql, expected, (share) => tell({ step: "loading", share }));
    const { profiles, automatic } = await readProfilesInUse(sql);
    const settings = {
      ...{ profiles, automatic },
      aliases: await readAliases(sql),
      rates: await readRates(sql),
      declined: await loadDeclined(sql),
    };
    const numbers = books.items.map(({ number }) => number);
    const first = {
      rules: await readRules(sql),
      surroundings: await loadForTransfers(sql, numbers),
    };
    return { expected, loaded: { books, settings, first } };
  });
}

async function saveAll(
  { app, run, viewer }: { app: Pick<App, "database" | "now">; run: BegunRun; viewer: Viewer },
  decided: {
    matches: readonly ProposedMatch[];
    boundedGroups: number;
    seen: SeenBooks;
    ruleOf: (transactionId: string) => string | null;
    chunkSize: number;
  },
  tell: (progress: RunShare) => void,
): Promise<RunOutcome> {
  const { matches, boundedGroups, seen, ruleOf, chunkSize } = decided;
  let matched = 0;
  let next = 0;
  let failed = false;
  const writeChunks = async () => {
    while (!failed && next < matches.length) {
      tell({ step: "writing", share: next / matches.length });
      const proposals = matches.slice(next, next + chunkSize);
      next += proposals.length;
      const written = await asOrganisation(app.database, run.organisationId, async (tx) => {
        const at = app.now();
        const chunk = { runId: run.runId, proposals, seen, at, ruleOf };
        const saved = await saveChunk(tx, viewer, chunk);
        await changeRun(tx, run, "matched = matched + $3, overtaken = overtaken + $4", [
          ...[saved, proposals.length - saved],
        ]);
        return saved;
      });
      // Apart from the wait: what the other writer adds meanwhile would be lost.
      matched += written;
    }
  };
  // One prepares its chunk while the database works on another's. Whatever fails, nothing goes on behind this call.
  const writers = Array.from({ length: writersMax }, () =>
    writeChunks().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  for (const outcome of await Promise.allSettled(writers)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
  if (boundedGroups > 0) {
    await asOrganisation(app.database, run.organisationId, (tx) =>
      changeRun(tx, run, "bounded = $3", [boundedGroups]),
    );
  }
  return { matched, overtaken: matches.length - matched };
}

function noteLooked(
  app: Pick<App, "database">,
  run: BegunRun,
  looked: { transactions: number; items: number; profiles: RunProfiles },
): Promise<void> {
  const { transactions, items, profiles } = looked;
  return asOrganisation(app.database, run.organisationId, (tx) =>
    changeRun(tx, run, "transactions = $3, items = $4, profiles = $5", [
      ...[transactions, items, JSON.stringify(profiles)],
    ]),
  );
}

function versionsOf(profiles: typeof builtInProfiles): RunProfiles {
  const { invoice, demand } = profiles;
  return {
    invoice: { name: invoice.name, version: invoice.version },
    demand: { name: demand.name, version: demand.version },
  };
}
