import type { PairScore, ProposedPayment } from "./types.ts";

/** One way to use a transaction: on one item, or on several whose open amounts sum to it. */
export type Option = PairScore & {
  readonly transactionId: string;
  readonly payments: readonly ProposedPayment[];
  readonly certain: boolean;
};

export type GroupSolution = { readonly total: number; readonly chosen: readonly Option[] };

/**
 * Chooses at most one option for each transaction so that the sum of scores is the greatest and no
 * item gets more than its open amount. Exact, by depth first with a bound; null when `stepsMax` is
 * reached before the best is proved, and then nothing may be concluded.
 *
 * Options must be sorted (see `sortOptions`), so that the order of the input plays no part.
 */
export function solveGroup(
  options: readonly Option[],
  openMinor: ReadonlyMap<string, bigint>,
  stepsMax: number,
  forbidden?: Option,
): GroupSolution | null {
  const choices = choicesOf(options.filter((option) => option !== forbidden));
  const bestAfter = bestSumsAfter(choices);
  const left = new Map(openMinor);
  const chosen: Option[] = [];
  let best: GroupSolution = { total: 0, chosen: [] };
  let steps = 0;

  const search = (depth: number, total: number): boolean => {
    if (++steps > stepsMax) return false;
    if (total > best.total) best = { total, chosen: [...chosen] };
    if (depth === choices.length || total + (bestAfter[depth] ?? 0) <= best.total) return true;
    for (const option of choices[depth] ?? []) {
      if (!fits(option, left)) continue;
      use(option, left, -1n);
      chosen.push(option);
      const finished = search(depth + 1, total + option.score);
      chosen.pop();
      use(option, left, 1n);
      if (!finished) return false;
    }
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

function choicesOf(options: readonly Option[]): readonly (readonly Option[])[] {
  const choices = new Map<string, Option[]>();
  for (const option of options) {
    const own = choices.get(option.transactionId);
    if (own === undefined) choices.set(option.transactionId, [option]);
    else own.push(option);
  }
  return [...choices.values()];
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
