import { mayMeet } from "./candidates.ts";
import { comparePair } from "./compare-pair.ts";
import { evidenceOf } from "./evidence.ts";
import { compareText } from "./option.ts";
import { prepareItem, prepareTransaction, Texts } from "./prepare.ts";
import { type MatchingProfiles, profileFor } from "./profile.ts";
import type { RateTable } from "./rates.ts";
import { nameFindingOf } from "./score-pair.ts";
import type {
  Aliases,
  DeclinedPair,
  MatchableItem,
  MatchableTransaction,
  PairScore,
} from "./types.ts";

export type RankedCandidate = PairScore & {
  readonly itemId: string;
  /** The most that this transaction can put on the item, in the item's currency: at the day's rate where they differ. */
  readonly amountMinor: bigint;
  /** Whether accepting leaves nothing over on either side. */
  readonly settles: boolean;
};

export type SuggestOptions = {
  readonly aliases?: Aliases;
  readonly declined?: readonly DeclinedPair[];
  readonly rates?: RateTable;
  /** Candidates below this score are left out; each profile's suggestion threshold if not given. */
  readonly scoreMin?: number;
  readonly candidatesMax?: number;
};

const candidatesMaxDefault = 20;

/**
 * Ranks items for one transaction, best first, for a person to choose from. Scores every item that
 * it is given (direction, block and currency allowing): prefetch a bounded set.
 */
export function suggestForTransaction(
  transaction: MatchableTransaction,
  items: readonly MatchableItem[],
  profiles: MatchingProfiles,
  options: SuggestOptions = {},
): readonly RankedCandidate[] {
  const { aliases, rates } = options;
  const declined = new Set(
    (options.declined ?? [])
      .filter((pair) => pair.transactionId === transaction.id)
      .map((pair) => pair.itemId),
  );
  const texts = new Texts();
  const prepared = prepareTransaction(transaction, texts);
  const ranked: RankedCandidate[] = [];
  for (const item of items) {
    if ((item.kind === "expense") !== transaction.amountMinor < 0n || declined.has(item.id))
      continue;
    if (item.openMinor <= 0n || transaction.openMinor <= 0n) continue;
    const other = prepareItem(item, texts);
    if (!mayMeet(prepared, other)) continue;
    const profile = profileFor(profiles, item.kind);
    const name = nameFindingOf(prepared, item.counterpartyName, aliases);
    const pair = comparePair(prepared, other, profile, name, rates);
    if (pair === null || pair.score < (options.scoreMin ?? profile.suggestionScoreMin)) continue;
    ranked.push({
      itemId: item.id,
      amountMinor: BigInt(pair.amount.paidMinor),
      settles:
        pair.amount.paidMinor === other.openMinor && pair.amount.takenMinor === prepared.openMinor,
      score: pair.score,
      evidence: evidenceOf(pair),
    });
  }
  return ranked
    .sort((a, b) => b.score - a.score || compareText(a.itemId, b.itemId))
    .slice(0, options.candidatesMax ?? candidatesMaxDefault);
}
