import { smallerMinor } from "../money.ts";
import { prepareItem, prepareTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import { scorePrepared } from "./score-pair.ts";
import { compareText } from "./solve-group.ts";
import type {
  Aliases,
  DeclinedPair,
  MatchableItem,
  MatchableTransaction,
  PairScore,
} from "./types.ts";

export type RankedCandidate = PairScore & {
  readonly itemId: string;
  /** The most that this transaction can put on the item: the smaller of what is open on both sides. */
  readonly amountMinor: bigint;
  /** Whether the open amounts are equal, so that accepting leaves nothing over on either side. */
  readonly settles: boolean;
};

export type SuggestOptions = {
  readonly aliases?: Aliases;
  readonly declined?: readonly DeclinedPair[];
  /** Candidates below this score are left out; the profile's suggestion threshold if not given. */
  readonly scoreMin?: number;
  readonly candidatesMax?: number;
};

const candidatesMaxDefault = 20;

/**
 * Ranks items for one transaction, best first, for a person to choose from. Scores every item that
 * it is given (direction and currency allowing): prefetch a bounded set.
 */
export function suggestForTransaction(
  transaction: MatchableTransaction,
  items: readonly MatchableItem[],
  profile: MatchingProfile,
  options: SuggestOptions = {},
): readonly RankedCandidate[] {
  const scoreMin = options.scoreMin ?? profile.suggestionScoreMin;
  const declined = new Set(
    (options.declined ?? [])
      .filter((pair) => pair.transactionId === transaction.id)
      .map((pair) => pair.itemId),
  );
  const prepared = prepareTransaction(transaction);
  const { openMinor } = transaction;
  return items
    .filter((item) => item.kind === prepared.kind && item.currency === transaction.currency)
    .filter((item) => item.openMinor > 0n && openMinor > 0n && !declined.has(item.id))
    .map((item) => ({
      itemId: item.id,
      amountMinor: smallerMinor(item.openMinor, openMinor),
      settles: item.openMinor === openMinor,
      ...scorePrepared(prepared, prepareItem(item), profile, options.aliases),
    }))
    .filter((candidate) => candidate.score >= scoreMin)
    .sort((a, b) => b.score - a.score || compareText(a.itemId, b.itemId))
    .slice(0, options.candidatesMax ?? candidatesMaxDefault);
}
