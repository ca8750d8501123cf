import { profileFor } from "./profile.ts";
import { type MatchingInput, proposeMatches } from "./propose-matches.ts";
import { scorePair } from "./score-pair.ts";
import type { Evidence, ProfileName } from "./types.ts";

export type PairExplanation = {
  readonly matched: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly evidence: readonly Evidence[];
  /** A stable word: why it is not matched, or `matched`. */
  readonly code: string;
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

export type PairChange = { readonly code: string } & Readonly<Record<string, string | number>>;

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
  const code =
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
