import { mayMeet } from "./candidates.ts";
import { findChange } from "./find-change.ts";
import { prepareItem, prepareTransaction } from "./prepare.ts";
import { matchingBounds, profileFor } from "./profile.ts";
import { type MatchingInput, proposeMatches } from "./propose-matches.ts";
import { convert } from "./rates.ts";
import { scorePair } from "./score-pair.ts";
import {
  type Evidence,
  type MatchableItem,
  type MatchableTransaction,
  type PairScore,
  type ProfileName,
  type Proposal,
  reasonsNotAutomatic,
} from "./types.ts";

/** What an explanation of a pair can come to: matched, lost, never able to meet, or not automatic and why. */
export const pairCodes = [
  "matched",
  "lost_to",
  "other_direction",
  "other_block",
  "no_rate",
  "declined",
  "transaction_settled",
  "item_settled",
  ...reasonsNotAutomatic,
] as const;

export type PairCode = (typeof pairCodes)[number];

export type PairExplanation = {
  readonly matched: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly evidence: readonly Evidence[];
  readonly code: PairCode;
  readonly lostTo: readonly LostTo[];
  readonly profile: ProfileName;
  /** The smallest single change that would have made it match; null where none was found. */
  readonly change: PairChange | null;
};

export type LostTo = {
  readonly transactionId: string;
  readonly itemId: string;
  readonly score: number;
  readonly evidence: readonly Evidence[];
};

/**
 * One change that would do it, with its values as plain text: decimals in the currency of the side that they belong to.
 * `amount`: the transaction's amount were `value`. `number`: the texts named `value`. `name`: the payer were known as
 * `value`. `threshold`: the profile's automatic score were `value`. `margin`: its margin were `value`. `automatic`: the
 * family were switched on. `without_rivals`: the `count` rivals were settled, declined or away. `not_declined`: the
 * decline were taken back. `rate`: a rate `base` to `quote` for `day` were loaded. `booked`: it were booked.
 */
export const pairChanges = [
  "amount",
  "number",
  "name",
  "threshold",
  "margin",
  "automatic",
  "without_rivals",
  "not_declined",
  "rate",
  "booked",
] as const;

export type PairChange = {
  readonly code: (typeof pairChanges)[number];
  readonly values: Readonly<Record<string, string>>;
};

/**
 * Why one transaction and one item are not matched, or are: decided as a run decides, over books that must hold both and
 * what competes with them. Where one change alone would match them it is found by trying it.
 * @throws TypeError when the books lack one of them
 */
export function explainPair(
  input: MatchingInput,
  transactionId: string,
  itemId: string,
): PairExplanation {
  const transaction = input.transactions.find(({ id }) => id === transactionId);
  const item = input.items.find(({ id }) => id === itemId);
  if (transaction === undefined || item === undefined) {
    throw new TypeError("the books hold both sides of a pair that is to be explained");
  }
  const profile = profileFor(input.profiles, item.kind);
  const pair = scorePair(transaction, item, profile, input.aliases, input.rates);
  const explained = (
    code: PairCode,
    score: PairScore = pair,
    lostTo: readonly LostTo[] = [],
  ): PairExplanation => ({
    matched: code === "matched",
    score: score.score,
    threshold: profile.automaticScoreMin,
    evidence: score.evidence,
    ...{ code, lostTo },
    profile: { name: profile.name, version: profile.version },
    change: findChange(input, { transaction, item, pair: score, code, rivals: lostTo.length }),
  });
  const never = neverMeet(input, transaction, item);
  if (never !== null) return explained(never);
  const proposal = proposeMatches({ ...input, suggestPending: true, suggestions: true });
  const isPair = (one: { transactionId: string; itemId: string }) =>
    one.transactionId === transactionId && one.itemId === itemId;
  const won = proposal.matches.find((match) => match.payments.some(isPair));
  if (won !== undefined) return explained("matched", ofPair(won.evidence.filter(isPair)));
  const suggested = proposal.suggestions.find(isPair);
  const winners = winnersOver(proposal, transactionId, itemId);
  if (winners.length > 0) return explained("lost_to", suggested ?? pair, winners);
  if (suggested === undefined) {
    return explained(isAmongTooMany(input, item, pair) ? "group_too_large" : "below_threshold");
  }
  const rivals = proposal.suggestions.filter(
    (one) =>
      (one.transactionId === transactionId && suggested.rivalItemIds.includes(one.itemId)) ||
      (one.itemId === itemId && suggested.rivalTransactionIds.includes(one.transactionId)),
  );
  return explained(suggested.reasonNotAutomatic, suggested, rivals);
}

/** Whether the payment is more than the item, which may be a part of it, and its client has more open than are searched. */
function isAmongTooMany(
  { items, bounds = matchingBounds }: MatchingInput,
  item: MatchableItem,
  { evidence }: PairScore,
): boolean {
  if (!evidence.some(({ signal }) => signal === "amount_exceeds_open")) return false;
  const own = items.filter((one) => one.counterpartyName === item.counterpartyName);
  return own.length > bounds.candidatesOfKeyMax;
}

/** What keeps the two apart before any point is counted; null where nothing does. */
function neverMeet(
  { rates, declined = [] }: MatchingInput,
  transaction: MatchableTransaction,
  item: MatchableItem,
): PairCode | null {
  if ((item.kind === "expense") !== transaction.amountMinor < 0n) return "other_direction";
  if (!mayMeet(prepareTransaction(transaction), prepareItem(item))) return "other_block";
  if (transaction.openMinor <= 0n) return "transaction_settled";
  if (item.openMinor <= 0n) return "item_settled";
  const { currency, bookedOn, openMinor } = transaction;
  if (currency !== item.currency) {
    const worth = rates && convert(rates, openMinor, currency, item.currency, bookedOn);
    if (!worth) return "no_rate";
  }
  const isDeclined = declined.some(
    (one) => one.transactionId === transaction.id && one.itemId === item.id,
  );
  return isDeclined ? "declined" : null;
}

/** The matches that use one of the two for something else. */
function winnersOver(
  { matches }: Proposal,
  transactionId: string,
  itemId: string,
): readonly LostTo[] {
  return matches.flatMap((match) => {
    const payment = match.payments.find(
      (one) => one.transactionId === transactionId || one.itemId === itemId,
    );
    if (payment === undefined) return [];
    const evidence = match.evidence.filter(
      (one) => one.transactionId === payment.transactionId && one.itemId === payment.itemId,
    );
    return [{ transactionId: payment.transactionId, itemId: payment.itemId, ...ofPair(evidence) }];
  });
}

function ofPair(evidence: readonly Evidence[]): PairScore {
  return { evidence, score: evidence.reduce((sum, { points }) => sum + points, 0) };
}
