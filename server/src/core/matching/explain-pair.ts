import { profileFor } from "./profile.ts";
import { type MatchingInput, proposeMatches } from "./propose-matches.ts";
import { scorePair } from "./score-pair.ts";
import { type Evidence, type ProfileName, reasonsNotAutomatic } from "./types.ts";

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
 * Why one transaction and one item are not matched, or are. The books must hold both, and what
 * competes with them.
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
  const proposal = proposeMatches({ ...input, suggestPending: true, suggestions: true });
  const isPair = (one: { transactionId: string; itemId: string }) =>
    one.transactionId === transactionId && one.itemId === itemId;
  const won = proposal.matches.find((match) => match.payments.some(isPair));
  const suggested = proposal.suggestions.find(isPair);
  const pair = scorePair(transaction, item, profile, input.aliases);
  const winners = proposal.matches.filter(
    (match) =>
      match !== won &&
      match.payments.some(
        (payment) => payment.transactionId === transactionId || payment.itemId === itemId,
      ),
  );
  const code: PairCode =
    won !== undefined
      ? "matched"
      : winners.length > 0
        ? "lost_to"
        : (suggested?.reasonNotAutomatic ?? "below_threshold");
  return {
    matched: won !== undefined,
    score: pair.score,
    threshold: profile.automaticScoreMin,
    evidence: pair.evidence,
    code,
    lostTo: winners.map((match) => ({
      transactionId: match.transactionIds[0] ?? "",
      itemId: match.payments[0]?.itemId ?? "",
      score: match.score,
      evidence: match.evidence,
    })),
    profile: { name: profile.name, version: profile.version },
    change: null,
  };
}
