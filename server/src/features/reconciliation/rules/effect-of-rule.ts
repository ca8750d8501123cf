import type { Rule } from "../../../core/matching/rules/rule.ts";
import type { RuleLine } from "./rule-line.sql.ts";

/**
 * What a rule does with a bank transaction that it has come to: `acts`, or why not. The run and the preview ask the
 * same.
 */
export type RuleEffect =
  | "acts"
  /** Matched, excluded or removed. */
  | "decided"
  | "pending"
  /** A person chose its category. */
  | "category_chosen"
  /** It has that category already. */
  | "category_same"
  /** It is of no amount, which cannot be booked. */
  | "no_amount"
  /** What the rule did was taken back. */
  | "refused"
  /** The rule has done it before. */
  | "done";

export function effectOfRule(
  rule: Pick<Rule, "id" | "version" | "action">,
  line: RuleLine,
): RuleEffect {
  const { action } = rule;
  if (line.status !== "unmatched") return "decided";
  if (line.pending) return "pending";
  const own = line.hits.filter(({ ruleId }) => ruleId === rule.id);
  if (own.some((hit) => hit.refused && hit.action === action.kind)) return "refused";
  if (own.some((hit) => !hit.undone && hit.ruleVersion === rule.version)) return "done";
  if (action.kind !== "categorise") return "acts";
  if (action.standalone && line.amountMinor === 0n) return "no_amount";
  const same = line.categoryId === action.categoryId;
  if (line.categoryByPerson && !same) return "category_chosen";
  return same && !action.standalone ? "category_same" : "acts";
}
