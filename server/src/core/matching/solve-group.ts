import type { Option } from "./option.ts";

export type GroupSolution = { readonly total: number; readonly chosen: readonly Option[] };

/** What a group may still cost. All searches of one group share it. */
export type SearchBudget = { stepsLeft: number };

/**
 * Chooses options so that the sum of their weights is the greatest, no transaction is used twice and no item gets more
 * than its open amount. Exact, depth first with a bound. Totals of `floor` or less are not looked for: then the floor is
 * answered, with nothing chosen. Null when the budget is used up before the best is proved, and then nothing may be
 * concluded.
 *
 * Options must be sorted (see `sortOptions`), so that the order of the input plays no part.
 * @param open what is open of each item, by its place; as it was again on return
 */
export function solveGroup(
  options: readonly Option[],
  open: Float64Array,
  budget: SearchBudget,
  floor = 0,
): GroupSolution | null {
  const choices = choicesOf(options);
  const bestAfter = bestSumsAfter(choices);
  const used = new Set<number>();
  const chosen: Option[] = [];
  let best: GroupSolution = { total: floor, chosen: [] };

  const search = (depth: number, total: number): boolean => {
    if (--budget.stepsLeft < 0) return false;
    if (total > best.total) best = { total, chosen: [...chosen] };
    const after = bestAfter[depth + 1] ?? 0;
    for (const option of choices[depth] ?? []) {
      // The options of one place come best first: none after this one can do better either.
      if (total + option.weight + after <= best.total) return true;
      if (option.transactions.some(({ place }) => used.has(place)) || !fits(option, open)) continue;
      use(option, open, -1);
      for (const { place } of option.transactions) used.add(place);
      chosen.push(option);
      const finished = search(depth + 1, total + option.weight);
      chosen.pop();
      for (const { place } of option.transactions) used.delete(place);
      use(option, open, 1);
      if (!finished) return false;
    }
    if (depth === choices.length || total + after <= best.total) return true;
    return search(depth + 1, total);
  };

  return search(0, 0) ? best : null;
}

/** The canonical order: by transactions, the best option first, then by items. */
export function sortOptions(options: readonly Option[]): readonly Option[] {
  return [...options].sort(
    (a, b) =>
      comparePlaces(a.transactions, b.transactions) ||
      b.weight - a.weight ||
      comparePlaces(
        a.uses.map(({ item }) => item),
        b.uses.map(({ item }) => item),
      ),
  );
}

export function fits(option: Option, open: Float64Array): boolean {
  return option.uses.every(({ item, minor }) => minor <= (open[item.place] ?? 0));
}

/** Takes the option's amounts from the open ones (sign -1), or gives them back (sign 1). */
export function use(option: Option, open: Float64Array, sign: 1 | -1): void {
  for (const { item, minor } of option.uses) {
    open[item.place] = (open[item.place] ?? 0) + sign * minor;
  }
}

type Placed = { readonly place: number };

function comparePlaces(a: readonly Placed[], b: readonly Placed[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.place ?? 0) - (b[at]?.place ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Each option at the first of its transactions, the surest first: a good total early spares most of the search. */
function choicesOf(options: readonly Option[]): readonly (readonly Option[])[] {
  const bestOf = new Map<number, number>();
  for (const { transactions, weight } of options) {
    const share = weight / transactions.length;
    for (const { place } of transactions)
      bestOf.set(place, Math.max(bestOf.get(place) ?? 0, share));
  }
  const order = [...bestOf].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const rankOf = new Map(order.map(([place], rank) => [place, rank]));
  const choices: Option[][] = order.map(() => []);
  for (const option of options) {
    const ranks = option.transactions.map(({ place }) => rankOf.get(place) ?? 0);
    choices[Math.min(...ranks)]?.push(option);
  }
  for (const own of choices) own.sort((a, b) => b.weight - a.weight);
  return choices.filter((own) => own.length > 0);
}

function bestSumsAfter(choices: readonly (readonly Option[])[]): readonly number[] {
  const sums: number[] = new Array(choices.length + 1).fill(0);
  for (let depth = choices.length - 1; depth >= 0; depth--) {
    sums[depth] = (sums[depth + 1] ?? 0) + Math.max(0, choices[depth]?.[0]?.weight ?? 0);
  }
  return sums;
}
