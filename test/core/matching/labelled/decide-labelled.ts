import { findTransfers } from "../../../../server/src/core/matching/find-transfers.ts";
import {
  builtInProfiles,
  type MatchingProfiles,
} from "../../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../../server/src/core/matching/propose-matches.ts";
import { indexRates } from "../../../../server/src/core/matching/rates.ts";
import type { TransferPair } from "../../../../server/src/core/matching/transfer-types.ts";
import type { Proposal, Suggestion } from "../../../../server/src/core/matching/types.ts";
import type { LabelledSet } from "./labelled-set.ts";

export type LabelledDecision = {
  readonly transfers: readonly TransferPair[];
  readonly proposal: Proposal;
  /** What would be suggested for each line if nothing were decided without a person, best first. */
  readonly ranking: ReadonlyMap<string, readonly Suggestion[]>;
};

/** Decides a labelled set as a run does: transfers between own accounts first, then the rest. */
export function decideLabelled(
  set: LabelledSet,
  profiles: MatchingProfiles = builtInProfiles,
): LabelledDecision {
  const rates = indexRates(set.rates);
  const compact = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const { transfers } = findTransfers({
    transactions: set.transactions,
    accounts: set.accounts.map((account) => ({ ...account, mask: null, institutionName: null })),
    openNumbers: new Set(set.items.map((item) => compact(item.number))),
    rates,
    onlyCertain: true,
  });
  const moved = new Set(transfers.flatMap((pair) => [pair.outTransactionId, pair.inTransactionId]));
  const transactions = set.transactions.filter((transaction) => !moved.has(transaction.id));
  const input = { transactions, items: set.items, profiles, rates };
  const { suggestions } = proposeMatches({
    ...input,
    automatic: { invoice: false, demand: false },
  });
  return { transfers, proposal: proposeMatches(input), ranking: byTransaction(suggestions) };
}

export function byTransaction(
  suggestions: readonly Suggestion[],
): ReadonlyMap<string, readonly Suggestion[]> {
  const ranking = new Map<string, Suggestion[]>();
  for (const suggestion of suggestions) {
    const own = ranking.get(suggestion.transactionId);
    if (own === undefined) ranking.set(suggestion.transactionId, [suggestion]);
    else own.push(suggestion);
  }
  return ranking;
}
