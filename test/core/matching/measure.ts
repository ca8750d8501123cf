import type { Proposal } from "../../../server/src/core/matching/types.ts";
import type { LabelledSet } from "./generator.ts";

export type Measures = {
  readonly automatic: number;
  readonly precision: number;
  readonly recall: number;
  /** Of the transactions that belong somewhere: matched rightly, or the right item is suggested. */
  readonly recallWithSuggestions: number;
  readonly wrongMinor: bigint;
  readonly wrongTransactionIds: readonly string[];
};

/** A transaction counts as right only if it was put on exactly the items that it belongs to. */
export function measure(set: LabelledSet, proposal: Proposal): Measures {
  let wrongMinor = 0n;
  const wrong: string[] = [];
  const right = new Set<string>();
  for (const match of proposal.matches) {
    const transactionId = match.transactionIds[0] ?? "";
    const truth = [...(set.truth.get(transactionId) ?? [])].sort();
    const found = match.payments.map((payment) => payment.itemId).sort();
    if (truth.join() === found.join()) right.add(transactionId);
    else {
      wrong.push(transactionId);
      for (const payment of match.payments) {
        if (!truth.includes(payment.itemId)) wrongMinor += payment.amountMinor;
      }
    }
  }
  const suggested = new Set(right);
  for (const { transactionId, itemId } of proposal.suggestions) {
    if (set.truth.get(transactionId)?.includes(itemId)) suggested.add(transactionId);
  }
  const belonging = [...set.truth.values()].filter((items) => items.length > 0).length;
  return {
    automatic: proposal.matches.length,
    precision: right.size / Math.max(1, proposal.matches.length),
    recall: right.size / belonging,
    recallWithSuggestions: suggested.size / belonging,
    wrongMinor,
    wrongTransactionIds: wrong,
  };
}
