import type { PairExplanation } from "../../../core/matching/explain-pair.ts";
import type { Evidence, MatchableTransaction } from "../../../core/matching/types.ts";
import type { ItemForMatch } from "../lock-for-match.sql.ts";
import type { Match } from "../match.ts";
import type { WinnerFacts } from "./why-not-sentences.ts";

/** A pair that has, or would get, what the pair that is asked about does not. */
export interface WhyNotWinner {
  readonly transactionId: string;
  readonly openItemId: string;
  readonly score: number;
  readonly evidence: readonly Evidence[];
  /** The match that stands; null where a run would make it. */
  readonly matchId: string | null;
  readonly facts: WinnerFacts;
}

/** The most that are answered. */
const winnersMax = 20;

/** Pairs of live matches that have one of the two sides. */
export function winnersOfMatches(
  matches: readonly Match[],
  asked: MatchableTransaction,
  openItemId: string,
  others: readonly MatchableTransaction[],
): WhyNotWinner[] {
  const transactionId = asked.id;
  const days = new Map([asked, ...others].map(({ id, bookedOn }) => [id, bookedOn]));
  const winners = new Map<string, WhyNotWinner>();
  for (const match of matches) {
    const { decidedBy: by, decidedAt: at } = match;
    for (const payment of match.payments) {
      const { openItem } = payment;
      const touches = payment.transactionId === transactionId || openItem.id === openItemId;
      if (!touches || winners.size >= winnersMax) continue;
      const evidence = match.evidence.filter(
        (one) => one.transactionId === payment.transactionId && one.itemId === openItem.id,
      );
      const score = evidence.reduce((sum, one) => sum + one.points, 0);
      winners.set(`${payment.transactionId} ${openItem.id} ${match.id}`, {
        transactionId: payment.transactionId,
        openItemId: openItem.id,
        score,
        evidence,
        matchId: match.id,
        facts: {
          item: openItem,
          bookedOn: days.get(payment.transactionId) ?? asked.bookedOn,
          sameTransaction: payment.transactionId === transactionId,
          score,
          decided: { by, at, reason: null },
        },
      });
    }
  }
  return [...winners.values()];
}

/** What core says that a run would match in its place. */
export function winnersOfRun(
  { lostTo }: PairExplanation,
  transactionId: string,
  books: {
    readonly transactions: readonly MatchableTransaction[];
    readonly items: readonly ItemForMatch[];
  },
): WhyNotWinner[] {
  return lostTo.slice(0, winnersMax).flatMap((winner): WhyNotWinner[] => {
    const transaction = books.transactions.find(({ id }) => id === winner.transactionId);
    const item = books.items.find(({ id }) => id === winner.itemId);
    if (!transaction || !item) return [];
    const { score, evidence } = winner;
    return [
      {
        transactionId: transaction.id,
        openItemId: item.id,
        score,
        evidence,
        matchId: null,
        facts: {
          item,
          bookedOn: transaction.bookedOn,
          sameTransaction: transaction.id === transactionId,
          score,
          decided: null,
        },
      },
    ];
  });
}
