import type { PairScore, ProposedPayment } from "./types.ts";

/** One way to use a transaction: on one item, or on several whose open amounts sum to it. */
export type Option = PairScore & {
  readonly transactionId: string;
  readonly payments: readonly ProposedPayment[];
  readonly certain: boolean;
};

export type GroupSolution = { readonly total: number; readonly chosen: readonly Option[] };

/** What a group may still cost. All searches of one group share it. */
export type SearchBudget = { stepsLeft: number };

/**
 * Chooses at most one option for each transaction so that the sum of scores is the greatest and no
 * item gets more than its open amount. Exact, depth first with a bound. Totals of `floor` or less
 * are not looked for: then the floor is answered, with nothing chosen. Null when the budget is used
 * up before the best is proved, and then nothing may be concluded.
 *
 * Options must be sorted (see `sortOptions`), so that the order of the input plays no part.
 */
export function solveGroup(
  options: readonly Option[],
  openMinor: ReadonlyMap<string, bigint>,
  budget: SearchBudget,
  floor = 0,
): GroupSolution | null {
  const choices = choicesOf(options);
  const bestAfter = bestSumsAfter(choices);
  const left = openOf(options, openMinor);
  const chosen: Option[] = [];
  let best: GroupSolution = { total: floor, chosen: [] };

  const search = (depth: number, total: number): boolean => {
    if (--budget.stepsLeft < 0) return false;
    if (total > best.total) best = { total, chosen: [...chosen] };
    for (const option of choices[depth] ?? []) {
      // The options of a transaction come best first: none after this one can do better either.
      if (total + option.score + (bestAfter[depth + 1] ?? 0) <= best.total) return true;
      if (!fits(option, left)) continue;
      use(option, left, -1n);
      chosen.push(option);
      const finished = search(depth + 1, total + option.score);
      chosen.pop();
      use(option, left, 1n);
      if (!finished) return false;
    }
    if (depth === choices.length || total + (bestAfter[depth + 1] ?? 0) <= best.total) return true;
    return search(depth + 1, total);
  };

  return search(0, 0) ? best : null;
}

/** The canonical order: by transaction, the best option first, then by items. */
export function sortOptions(options: readonly Option[]): readonly Option[] {
  return [...options].sort(
    (a, b) =>
      compareText(a.transactionId, b.transactionId) ||
      b.score - a.score ||
      compareText(itemsKey(a), itemsKey(b)),
  );
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function fits(option: Option, openMinor: ReadonlyMap<string, bigint>): boolean {
  return option.payments.every(
    (payment) => payment.amountMinor <= (openMinor.get(payment.itemId) ?? 0n),
  );
}

/** Takes the option's amounts from the open ones (sign -1), or gives them back (sign 1). */
export function use(option: Option, openMinor: Map<string, bigint>, sign: 1n | -1n): void {
  for (const { itemId, amountMinor } of option.payments) {
    openMinor.set(itemId, (openMinor.get(itemId) ?? 0n) + sign * amountMinor);
  }
}

/** Of the group's own items only: there are many groups, and the books are long. */
function openOf(
  options: readonly Option[],
  openMinor: ReadonlyMap<string, bigint>,
): Map<string, bigint> {
  const own = options.flatMap((option) => option.payments.map((payment) => payment.itemId));
  return new Map(own.map((itemId) => [itemId, openMinor.get(itemId) ?? 0n]));
}

function choicesOf(options: readonly Option[]): readonly (readonly Option[])[] {
  const choices = new Map<string, Option[]>();
  for (const option of options) {
    const own = choices.get(option.transactionId);
    if (own === undefined) choices.set(option.transactionId, [option]);
    else own.push(option);
  }
  // The surest transactions first: a good total early spares most of the search.
  return [...choices.values()].sort((a, b) => (b[0]?.score ?? 0) - (a[0]?.score ?? 0));
}

function bestSumsAfter(choices: readonly (readonly Option[])[]): readonly number[] {
  const sums: number[] = new Array(choices.length + 1).fill(0);
  for (let depth = choices.length - 1; depth >= 0; depth--) {
    sums[depth] =
      (sums[depth + 1] ?? 0) + Math.max(0, ...(choices[depth] ?? []).map((o) => o.score));
  }
  return sums;
}

function itemsKey(option: Option): string {
  return option.payments.map((payment) => payment.itemId).join(" ");
}
