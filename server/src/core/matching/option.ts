import type { Pair } from "./compare-pair.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { PaymentKind, ReasonNotAutomatic } from "./types.ts";

/** A pair that is worth showing, and what keeps it from being automatic. */
export type Edge = {
  pair: Pair;
  /** Whether the texts name the item by its number, and not rather another one of the same number. */
  readonly named: boolean;
  /** What speaks against it whatever the others are. */
  readonly blocked: ReasonNotAutomatic | null;
  /** Why the decision did not take it. */
  refused: ReasonNotAutomatic | null;
};

/** One line of a match in the making, in minor units. */
export type OptionLine = {
  readonly transaction: PreparedTransaction;
  readonly item: PreparedItem;
  readonly kind: PaymentKind;
  readonly itemMinor: number;
  readonly transactionMinor: number;
  readonly rate: string | null;
};

/** One way to use one or several transactions on one or several items, without a person. */
export type Option = {
  readonly transactions: readonly PreparedTransaction[];
  /** What it takes from the open amount of each item. */
  readonly uses: readonly ItemUse[];
  readonly lines: readonly OptionLine[];
  /** The pairs whose points add up to its score. */
  readonly pairs: readonly Pair[];
  /** The pairs' edges, to note on them why the option was not taken. */
  readonly edges: readonly Edge[];
  readonly score: number;
  /**
   * What it counts where options compete: for each transaction the mean of its pairs. A payment for many items does not
   * outweigh payments for one.
   */
  readonly weight: number;
  readonly certain: boolean;
};

export type ItemUse = { readonly item: PreparedItem; readonly minor: number };

/** What one pair's settlement writes: the payment, and its residual as a line of its own. */
export function linesOf({ transaction, item, amount }: Pair): readonly OptionLine[] {
  const payment: OptionLine = {
    transaction,
    item,
    kind: "payment",
    itemMinor: amount.paidMinor,
    transactionMinor: amount.takenMinor,
    rate: amount.rate,
  };
  if (amount.residual === null) return [payment];
  return [payment, { transaction, item, ...amount.residual, rate: null }];
}

/** An option of one transaction on one item. */
export function singleOption(edge: Edge, certain: boolean): Option {
  const { pair } = edge;
  const { amount } = pair;
  return {
    transactions: [pair.transaction],
    uses: [{ item: pair.item, minor: amount.paidMinor + (amount.residual?.itemMinor ?? 0) }],
    lines: linesOf(pair),
    pairs: [pair],
    edges: [edge],
    score: pair.score,
    weight: pair.score,
    certain,
  };
}

/** A payment line without residual in one currency. */
export function plainLine(
  transaction: PreparedTransaction,
  item: PreparedItem,
  minor: number,
): OptionLine {
  return {
    transaction,
    item,
    kind: "payment",
    itemMinor: minor,
    transactionMinor: minor,
    rate: null,
  };
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
