import { evidenceOf } from "./evidence.ts";
import type { Option, OptionLine } from "./option.ts";
import type { ProposedMatch, ProposedPayment } from "./types.ts";

/** What was taken as matches, in the order of their first transactions' ids. */
export function matchesOf(taken: readonly Option[]): readonly ProposedMatch[] {
  return [...taken].sort((a, b) => placeOf(a) - placeOf(b)).map(matchOf);
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

function placeOf({ transactions }: Option): number {
  return transactions[0]?.place ?? 0;
}
