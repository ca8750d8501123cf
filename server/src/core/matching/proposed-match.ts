import { evidenceOf } from "./evidence.ts";
import { compareText, type Option, type OptionLine } from "./option.ts";
import type { PreparedTransaction } from "./prepare.ts";
import type { ProposedMatch, ProposedPayment } from "./types.ts";

/** What was taken as matches, in the order of booking. */
export function matchesOf(taken: readonly Option[]): readonly ProposedMatch[] {
  return [...taken].sort((a, b) => compareBooking(first(a), first(b))).map(matchOf);
}

function matchOf(option: Option): ProposedMatch {
  const { transactions, lines, pairs, score, certain } = option;
  const profile = pairs[0]?.profile;
  return {
    transactionIds: transactions.map(({ transaction }) => transaction.id),
    payments: lines.map(paymentOf),
    score,
    certainty: certain ? "certain" : "strong",
    evidence: pairs.length === 1 && pairs[0] ? evidenceOf(pairs[0]) : pairs.flatMap(evidenceOf),
    profile: { name: profile?.name ?? "", version: profile?.version ?? 0 },
  };
}

function paymentOf(line: OptionLine): ProposedPayment {
  return {
    transactionId: line.transaction.transaction.id,
    itemId: line.item.item.id,
    kind: line.kind,
    amountMinor: BigInt(line.itemMinor),
    transactionMinor: BigInt(line.transactionMinor),
    rate: line.rate,
  };
}

function first({ transactions }: Option): PreparedTransaction {
  return transactions[0] as PreparedTransaction;
}

function compareBooking(a: PreparedTransaction, b: PreparedTransaction): number {
  return a.bookedDay - b.bookedDay || compareText(a.transaction.id, b.transaction.id);
}
