import type { MatchingBounds, MatchingProfile } from "./profile.ts";
import { compareText, fits, type Option, solveGroup, sortOptions, use } from "./solve-group.ts";
import type { ReasonNotAutomatic } from "./types.ts";

export type Decision = {
  readonly taken: readonly Option[];
  /** Why a transaction's options were not taken, by transaction and item. */
  readonly refused: ReadonlyMap<string, ReasonNotAutomatic>;
  /** What is left of each item. */
  readonly openMinor: ReadonlyMap<string, bigint>;
  readonly boundedGroups: number;
};

/**
 * Takes the options that are safe: first the certain ones that nothing else certain contests, then,
 * in each connected group, those of the best total score that every other solution lacks by a margin.
 */
export function decide(
  options: readonly Option[],
  openMinor: ReadonlyMap<string, bigint>,
  profile: MatchingProfile,
  bounds: MatchingBounds,
): Decision {
  const open = new Map(openMinor);
  const refused = new Map<string, ReasonNotAutomatic>();
  const sorted = sortOptions(options);
  const taken = uncontestedCertain(sorted);
  for (const option of taken) use(option, open, -1n);
  const used = new Set(taken.map((option) => option.transactionId));
  const rest = sorted.filter((option) => !used.has(option.transactionId) && fits(option, open));
  let boundedGroups = 0;
  for (const group of connectedGroups(rest)) {
    const safe = solveWithMargin(group, open, profile, bounds, refused);
    if (safe === null) boundedGroups += 1;
    for (const option of safe ?? []) {
      taken.push(option);
      use(option, open, -1n);
    }
  }
  return { taken, refused, openMinor: open, boundedGroups };
}

export function pairKey(transactionId: string, itemId: string): string {
  return JSON.stringify([transactionId, itemId]);
}

function uncontestedCertain(options: readonly Option[]): Option[] {
  const certain = options.filter((option) => option.certain);
  const claims = new Map<string, number>();
  for (const option of certain) {
    for (const node of nodesOf(option)) claims.set(node, (claims.get(node) ?? 0) + 1);
  }
  return certain.filter((option) => nodesOf(option).every((node) => claims.get(node) === 1));
}

/** Options that share a transaction or an item, directly or through others. */
function connectedGroups(options: readonly Option[]): readonly (readonly Option[])[] {
  const parents = new Map<string, string>();
  const rootOf = (node: string): string => {
    let root = node;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) {
      parents.set(root, parents.get(up) ?? up);
      root = up;
    }
    return root;
  };
  for (const option of options) {
    const [transaction = "", ...items] = nodesOf(option);
    for (const item of items) {
      const [a, b] = [rootOf(transaction), rootOf(item)];
      parents.set(a, a);
      parents.set(b, a);
    }
  }
  const groups = new Map<string, Option[]>();
  for (const option of options) {
    const root = rootOf(nodesOf(option)[0] ?? "");
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [option]);
    else group.push(option);
  }
  return [...groups.values()];
}

function solveWithMargin(
  group: readonly Option[],
  openMinor: ReadonlyMap<string, bigint>,
  profile: MatchingProfile,
  { transactionsOfGroupMax, searchStepsOfGroupMax }: MatchingBounds,
  refused: Map<string, ReasonNotAutomatic>,
): readonly Option[] | null {
  const refuse = (options: readonly Option[], reason: ReasonNotAutomatic) => {
    for (const option of options) {
      for (const id of itemIds(option)) refused.set(pairKey(option.transactionId, id), reason);
    }
  };
  const budget = { stepsLeft: searchStepsOfGroupMax };
  const transactions = new Set(group.map((option) => option.transactionId));
  const best =
    transactions.size > transactionsOfGroupMax ? null : solveGroup(group, openMinor, budget);
  if (best === null) {
    refuse(group, "group_too_large");
    return null;
  }
  refuse(group, "competing");
  const safe: Option[] = [];
  for (const option of best.chosen) {
    if (option.score < profile.automaticScoreMin) {
      refuse([option], "below_threshold");
      continue;
    }
    const others = group.filter((other) => other !== option);
    // Only an alternative within the margin matters.
    const without = solveGroup(others, openMinor, budget, best.total - profile.marginPoints);
    const lead = without === null ? 0 : best.total - without.total;
    if (without !== null && lead >= profile.marginPoints) safe.push(option);
    else refuse(rivalsOf(option, group), reasonOf(option, without === null, lead, group));
  }
  return safe;
}

/** The option and the transaction's other ones: all of them are left to a person. */
function rivalsOf(option: Option, group: readonly Option[]): readonly Option[] {
  return group.filter((other) => other.transactionId === option.transactionId);
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

/** The option's transaction, then its items, as nodes of one graph: their ids may coincide. */
function nodesOf(option: Option): readonly string[] {
  return [`t ${option.transactionId}`, ...itemIds(option).map((id) => `i ${id}`)];
}

function itemIds(option: Option): readonly string[] {
  return option.payments.map((payment) => payment.itemId).sort(compareText);
}
