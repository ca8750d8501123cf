import type { App } from "../../../app.ts";
import { builtInProfiles } from "../../../core/matching/profile.ts";
import { proposeMatches } from "../../../core/matching/propose-matches.ts";
import type { ProposedMatch } from "../../../core/matching/types.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../../db/as-organisation.ts";
import { readAliases } from "../../learning/read-aliases.ts";
import { readProfilesInUse } from "../../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../../rates/read-rates.ts";
import { jobViewer } from "../../viewer.ts";
import type { BegunRun } from "./begin-run.ts";
import { countOpen, loadDeclined, loadOpenBooks, rowsOfSideMax } from "./load-open-books.sql.ts";
import type { RunProfiles } from "./matching-run.ts";
import { RunOvertaken } from "./run-overtaken.ts";
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
const loadingMsMax = 5 * 60_000;

/**
 * A run from the database and back: loads what is open, lets core decide, and writes what still holds in chunks. Each
 * chunk is a whole that counts itself in the run's row, so that whoever takes the run over goes on behind it.
 * @throws RunOvertaken
 */
export async function performRun(
  app: Pick<App, "database" | "now">,
  run: BegunRun,
  tell: (progress: RunShare) => void,
): Promise<RunOutcome> {
  tell({ step: "loading", share: 0 });
  const given = await readAsOrganisation(app.database, run.organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
    const expected = await countOpen(sql, rowsOfSideMax);
    if (expected.transactions === 0 || expected.items === 0) return { expected, input: null };
    const books = await loadOpenBooks(sql, expected, (share) => tell({ step: "loading", share }));
    const { profiles, automatic } = await readProfilesInUse(sql);
    const settings = {
      ...{ profiles, automatic },
      aliases: await readAliases(sql),
      rates: await readRates(sql),
      declined: await loadDeclined(sql),
    };
    return { expected, input: { books, settings } };
  });
  const { input } = given;
  await noteLooked(app, run, {
    ...given.expected,
    profiles: versionsOf(input?.settings.profiles ?? builtInProfiles),
  });
  if (input === null) return { matched: 0, overtaken: 0 };
  const { matches, boundedGroups } = proposeMatches({
    ...input.settings,
    transactions: input.books.transactions,
    items: input.books.items,
    suggestions: false,
    onProgress: (share) => tell({ step: "deciding", share }),
  });
  const seen: SeenBooks = {
    transactions: new Map(input.books.transactions.map((row) => [row.id, row])),
    items: new Map(input.books.items.map((row) => [row.id, row])),
    blocks: input.books.blocks,
    own: new Set(),
  };
  return saveAll(app, run, { matches, boundedGroups, seen }, tell);
}

async function saveAll(
  app: Pick<App, "database" | "now">,
  run: BegunRun,
  decided: { matches: readonly ProposedMatch[]; boundedGroups: number; seen: SeenBooks },
  tell: (progress: RunShare) => void,
): Promise<RunOutcome> {
  const viewer = jobViewer(run.organisationId, automaticMatcherName);
  const { matches, boundedGroups, seen } = decided;
  let matched = 0;
  for (let start = 0; start < matches.length; start += matchesOfTransactionMax) {
    tell({ step: "writing", share: start / matches.length });
    const proposals = matches.slice(start, start + matchesOfTransactionMax);
    matched += await asOrganisation(app.database, run.organisationId, async (tx) => {
      const at = app.now();
      const saved = await saveChunk(tx, viewer, { runId: run.runId, proposals, seen, at });
      await count(tx, run, { matched: saved, overtaken: proposals.length - saved });
      return saved;
    });
  }
  if (boundedGroups > 0) {
    await asOrganisation(app.database, run.organisationId, (tx) =>
      mine(tx, run, "bounded = $3", [boundedGroups]),
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
    mine(tx, run, "transactions = $3, items = $4, profiles = $5", [
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

function count(tx: TenantTransaction, run: BegunRun, more: RunOutcome): Promise<void> {
  return mine(tx, run, "matched = matched + $3, overtaken = overtaken + $4", [
    more.matched,
    more.overtaken,
  ]);
}

/** Changes the run's row as long as this attempt may. @throws RunOvertaken, and so nothing of its transaction stays */
async function mine(
  tx: TenantTransaction,
  run: BegunRun,
  change: string,
  values: readonly unknown[],
): Promise<void> {
  const [held] = await tx.query(
    `UPDATE matching_run SET ${change} WHERE id = $1 AND attempt = $2 AND status = 'running' RETURNING id`,
    [run.runId, run.attempt, ...values],
  );
  if (!held) throw new RunOvertaken();
}
