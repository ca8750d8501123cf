import { addAll } from "../../lists.ts";
import { type Contradiction, findContradiction } from "./contradictions.ts";
import { implies } from "./implies.ts";
import { allRulesOf } from "./match-rules.ts";
import { isSameAction, type Rule, type RuleSubject } from "./rule.ts";

export type RuleWarning =
  /** It never fires: its conditions contradict each other, what they name is gone, or nothing has met it. */
  | {
      readonly kind: "dead";
      readonly ruleId: string;
      readonly otherRuleId: null;
      readonly because: Contradiction["code"] | GoneName | "no_history";
      readonly value: string;
    }
  /** Proved: whatever meets it has met the other one before. */
  | { readonly kind: "shadowed"; readonly ruleId: string; readonly otherRuleId: string }
  /** Some bank transactions meet both, and the other one, which comes first, does something else with them. */
  | {
      readonly kind: "conflicting";
      readonly ruleId: string;
      readonly otherRuleId: string;
      /** Lines of history that meet both; 0 where it is proved by the conditions alone. */
      readonly lines: number;
    };

type GoneName = "account" | "block" | "category" | "accounts_of_block";

/** What the conditions and actions name, where it is no longer to be had. */
export type RuleSurroundings = {
  readonly goneAccountIds: ReadonlySet<string>;
  readonly goneBlockIds: ReadonlySet<string>;
  readonly goneCategoryIds: ReadonlySet<string>;
  /** The set of books of each account that is in one. */
  readonly blockOfAccount: ReadonlyMap<string, string>;
};

const nothingGone: RuleSurroundings = {
  goneAccountIds: new Set(),
  goneBlockIds: new Set(),
  goneCategoryIds: new Set(),
  blockOfAccount: new Map(),
};

/** The most conflicts that are told of one rule: the first ones by order. */
const conflictsOfRuleMax = 3;

/**
 * What is wrong with the rules, in their order. A rule that is switched off is asked only whether it could ever fire,
 * and stands in nobody's way.
 * @param history bank transactions of the past, whatever has become of them; without it nothing is said of them
 */
export function findRuleWarnings(
  rules: readonly Rule[],
  options: { surroundings?: RuleSurroundings; history?: readonly RuleSubject[] } = {},
): RuleWarning[] {
  const { surroundings = nothingGone, history = [] } = options;
  const met = countTogether(rules, history);
  const deaths = rules.map((rule) => deadBecause(rule, surroundings));
  return rules.flatMap((rule, index) => {
    const dead = deaths[index];
    if (dead) return [dead];
    const found: RuleWarning[] = [];
    // One that never fires takes nothing from those behind it.
    const before = rules.filter(
      ({ enabled }, place) => place < index && enabled && rule.enabled && !deaths[place],
    );
    const shadow = before.find(({ conditions }) => implies(rule.conditions, conditions));
    if (shadow) {
      found.push({ kind: "shadowed", ruleId: rule.id, otherRuleId: shadow.id });
    } else if (history.length > 0 && met.alone(index) === 0) {
      found.push(deadOf(rule, "no_history", String(history.length)));
    }
    if (shadow === undefined) addAll(found, conflictsOf(rule, index, before, rules, met));
    return found;
  });
}

function conflictsOf(
  rule: Rule,
  index: number,
  before: readonly Rule[],
  rules: readonly Rule[],
  met: Together,
): RuleWarning[] {
  const found: RuleWarning[] = [];
  for (const other of before) {
    if (found.length === conflictsOfRuleMax) break;
    if (isSameAction(rule.action, other.action)) continue;
    const lines = met.both(rules.indexOf(other), index);
    const proved = implies(other.conditions, rule.conditions);
    if (lines === 0 && !proved) continue;
    found.push({ kind: "conflicting", ruleId: rule.id, otherRuleId: other.id, lines });
  }
  return found;
}

function deadBecause(rule: Rule, surroundings: RuleSurroundings): RuleWarning | null {
  const { conditions, action } = rule;
  const contradiction = findContradiction(conditions);
  if (contradiction) return deadOf(rule, contradiction.code, contradiction.value);
  const { goneAccountIds, goneBlockIds, goneCategoryIds, blockOfAccount } = surroundings;
  const { accountIds, blockId } = conditions;
  if (accountIds.length > 0 && accountIds.every((id) => goneAccountIds.has(id))) {
    return deadOf(rule, "account", "");
  }
  if (blockId !== null && goneBlockIds.has(blockId)) return deadOf(rule, "block", "");
  const strange = (id: string) => blockOfAccount.get(id) !== blockId;
  if (blockId !== null && accountIds.length > 0 && accountIds.every(strange)) {
    return deadOf(rule, "accounts_of_block", "");
  }
  if (action.kind === "categorise" && goneCategoryIds.has(action.categoryId)) {
    return deadOf(rule, "category", "");
  }
  return null;
}

function deadOf(
  rule: Rule,
  because: Contradiction["code"] | GoneName | "no_history",
  value: string,
): RuleWarning {
  return { kind: "dead", ruleId: rule.id, otherRuleId: null, because, value };
}

/** How many lines meet each rule, and each two. */
type Together = {
  alone(index: number): number;
  both(first: number, second: number): number;
};

function countTogether(rules: readonly Rule[], history: readonly RuleSubject[]): Together {
  const size = rules.length;
  const counts = new Uint32Array(size * size);
  const all = allRulesOf(rules);
  for (const line of history) {
    const met = all(line);
    for (const first of met) {
      for (const second of met) {
        const place = first * size + second;
        counts[place] = (counts[place] ?? 0) + 1;
      }
    }
  }
  return {
    alone: (index) => counts[index * size + index] ?? 0,
    both: (first, second) => counts[first * size + second] ?? 0,
  };
}
