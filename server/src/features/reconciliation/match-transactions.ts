import type { App } from "../../app.ts";
import { builtInProfiles, invoiceProfile } from "../../core/matching/profile.ts";
import type { ProposedMatch } from "../../core/matching/types.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import { jobViewer } from "../viewer.ts";
import { enqueueMatching } from "./enqueue-matching.ts";
import { loadForMatching, type OpenBooks } from "./load-for-matching.sql.ts";
import { propose } from "./propose.ts";
import { saveProposals } from "./save-proposals.ts";

export interface MatchingOutcome {
  readonly matched: number;
  /** Proposals that somebody or something else was faster than. */
  readonly overtaken: number;
}

/** Who decided, in the words of the log and the screen. */
export const automaticMatcherName = "Automatic matching";

/** Matches that are written in one database transaction: locks are held for well under a second. */
const matchesOfTransactionMax = 500;

/**
 * The job after each sync and each change of the open items: core proposes for everything that is open, and what it is
 * sure of is matched. Running it again changes nothing. Several workers may: what one has matched the other finds
 * taken, skips, and looks at again in a run that it queues.
 */
export async function matchTransactions(app: App, job: { organisationId: string }): Promise<void> {
  const { matched, overtaken } = await runMatching(app, job.organisationId);
  app.log.info({ organisationId: job.organisationId, matched, overtaken }, "Matched transactions");
}

/** As the job, telling what came of it. */
export async function runMatching(app: App, organisationId: string): Promise<MatchingOutcome> {
  const books = await readAsOrganisation(app.database, organisationId, loadForMatching);
  if (books.transactions.length === 0 || books.items.length === 0) {
    return { matched: 0, overtaken: 0 };
  }
  const proposed = await propose({ ...books, profiles: builtInProfiles, suggestions: false });
  return saveAll(app, organisationId, books, proposed);
}

async function saveAll(
  app: App,
  organisationId: string,
  books: OpenBooks,
  proposed: readonly ProposedMatch[],
): Promise<MatchingOutcome> {
  const viewer = jobViewer(organisationId, automaticMatcherName);
  const seen = {
    transactions: new Map(books.transactions.map((row) => [row.id, row])),
    items: new Map(books.items.map((row) => [row.id, row])),
  };
  let matched = 0;
  for (let start = 0; start < proposed.length; start += matchesOfTransactionMax) {
    const chunk = proposed.slice(start, start + matchesOfTransactionMax);
    const saved = await asOrganisation(app.database, organisationId, (tx) =>
      saveProposals(tx, viewer, { proposals: chunk, seen, profile: invoiceProfile, at: app.now() }),
    );
    matched += saved.length;
    // What this run has taken itself is no surprise to its next chunk.
    for (const { transaction, items } of saved) {
      seen.transactions.set(transaction.id, transaction);
      for (const item of items) seen.items.set(item.id, item);
    }
  }
  const overtaken = proposed.length - matched;
  if (overtaken > 0) await asOrganisation(app.database, organisationId, enqueueMatching);
  return { matched, overtaken };
}
