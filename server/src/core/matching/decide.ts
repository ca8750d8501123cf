import type { Edge, Option } from "./option.ts";
import type { MatchingBounds, MatchingProfile } from "./profile.ts";
import { fits, solveGroup, sortOptions, use } from "./solve-group.ts";
import type { ReasonNotAutomatic } from "./types.ts";

export type Decision = { readonly taken: readonly Option[]; readonly boundedGroups: number };

/**
 * Takes the certain options that nothing else certain contests: an exact number with an exact amount. What it takes is
 * taken from `open`.
 */
export function takeCertain(options: readonly Option[], open: Float64Array): readonly Option[] {
  const claims = new Map<number, number>();
  const items = new Map<number, number>();
  const count = (map: Map<number, number>, place: number) =>
    map.set(place, (map.get(place) ?? 0) + 1);
  for (const { transactions, uses } of options) {
    for (const { place } of transactions) count(claims, place);
    for (const { item } of uses) count(items, item.place);
  }
  const taken = options.filter(
    ({ transactions, uses }) =>
      transactions.every(({ place }) => claims.get(place) === 1) &&
      uses.every(({ item }) => items.get(item.place) === 1),
  );
  for (const option of taken) use(option, open, -1);
  return taken;
}

/**
 * Takes, in each connected group of options, those of the best total that every other solution lacks by a margin. What
 * is refused is noted on the options' edges; what it takes is taken from `open`.
 * @param transactionCount the places of transactions are below it
 * @param mayBeTaken an option that may not competes all the same: switching a family off makes no other one surer
 */
export function decide(
  options: readonly Option[],
  open: Float64Array,
  transactionCount: number,
  bounds: MatchingBounds,
  mayBeTaken: (option: Option) => boolean,
): Decision {
  const fitting = sortOptions(options.filter((option) => fits(option, open)));
  const taken: Option[] = [];
  let boundedGroups = 0;
  for (const group of connectedGroups(fitting, transactionCount, open.length)) {
    const safe = solveWithMargin(group, open, bounds, mayBeTaken);
    if (safe === null) boundedGroups += 1;
    for (const option of safe ?? []) {
      taken.push(option);
      use(option, open, -1);
    }
  }
  return { taken, boundedGroups };
}

/** The points below which an option is left to a person: its threshold for each pair. */
function isBelowThreshold({ pairs, score }: Option): boolean {
  return score < profileOf(pairs).automaticScoreMin * pairs.length;
}

/** Without any margin the first of equals would be taken. */
function marginOf({ pairs }: Option): number {
  return Math.max(1, profileOf(pairs).marginPoints);
}

function profileOf(pairs: Option["pairs"]): MatchingProfile {
  const profile = pairs[0]?.profile;
  if (profile === undefined) throw new TypeError("an option has pairs");
  return profile;
}

/** Options that share a transaction or an item, directly or through others. */
function connectedGroups(
  options: readonly Option[],
  transactionCount: number,
  itemCount: number,
): Iterable<readonly Option[]> {
  // Each transaction, and behind them each item, points at another one of its group; the last one at itself.
  const parents = Int32Array.from({ length: transactionCount + itemCount }, (_, node) => node);
  const rootOf = (node: number): number => {
    let root = node;
    for (let up = parents[root] as number; up !== root; up = parents[root] as number) {
      parents[root] = parents[up] as number;
      root = up;
    }
    return root;
  };
  for (const { transactions, uses } of options) {
    const first = rootOf(transactions[0]?.place ?? 0);
    for (const { place } of transactions) parents[rootOf(place)] = first;
    for (const { item } of uses) parents[rootOf(transactionCount + item.place)] = first;
  }
  const groups = new Map<number, Option[]>();
  for (const option of options) {
    const root = rootOf(option.transactions[0]?.place ?? 0);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [option]);
    else group.push(option);
  }
  return groups.values();
}

function solveWithMargin(
  group: readonly Option[],
  open: Float64Array,
  { transactionsOfGroupMax, searchStepsOfGroupMax }: MatchingBounds,
  mayBeTaken: (option: Option) => boolean,
): readonly Option[] | null {
  const isSmall = countTransactions(group) <= transactionsOfGroupMax;
  refuse(group, "competing");
  if (isSmall && group.length === 1) return group.filter((one) => mayStandAlone(one, mayBeTaken));
  const budget = { stepsLeft: searchStepsOfGroupMax };
  const best = isSmall ? solveGroup(group, open, budget) : null;
  if (best === null) {
    refuse(group, "group_too_large");
    return null;
  }
  const safe: Option[] = [];
  for (const option of best.chosen) {
    if (isBelowThreshold(option)) {
      refuse([option], "below_threshold");
      continue;
    }
    const marginPoints = marginOf(option);
    const others = group.filter((other) => other !== option);
    // Only an alternative within the margin matters.
    const without = solveGroup(others, open, budget, best.total - marginPoints);
    const lead = without === null ? 0 : best.total - without.total;
    if (without !== null && lead >= marginPoints) {
      if (mayBeTaken(option)) safe.push(option);
      else refuse([option], "automatic_off");
    } else refuse(rivalsOf(option, group), reasonOf(option, without === null, lead, group));
  }
  return safe;
}

function countTransactions(group: readonly Option[]): number {
  const [first] = group;
  if (group.length === 1 && first !== undefined) return first.transactions.length;
  return new Set(group.flatMap(({ transactions }) => transactions)).size;
}

/** Most groups are one option: without a rival there is nothing to search, but it must beat taking nothing. */
function mayStandAlone(option: Option, mayBeTaken: (option: Option) => boolean): boolean {
  if (option.weight <= 0) return false;
  if (isBelowThreshold(option)) refuse([option], "below_threshold");
  else if (option.weight < marginOf(option)) return false;
  else if (mayBeTaken(option)) return true;
  else refuse([option], "automatic_off");
  return false;
}

function refuse(options: readonly Option[], reason: ReasonNotAutomatic): void {
  for (const { edges } of options) {
    for (const edge of edges as readonly Edge[]) edge.refused = reason;
  }
}

/** The option and the other ones of its transactions: all of them are left to a person. */
function rivalsOf(option: Option, group: readonly Option[]): readonly Option[] {
  return group.filter((other) =>
    other.transactions.some((transaction) => option.transactions.includes(transaction)),
  );
}

function reasonOf(
  option: Option,
  unproved: boolean,
  lead: number,
  group: readonly Option[],
): ReasonNotAutomatic {
  if (unproved) return "group_too_large";
  if (rivalsOf(option, group).length === 1) return "competing";
  return lead === 0 ? "tie" : "near_tie";
}
