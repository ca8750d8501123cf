import type { App } from "../../../app.ts";
import { isSameAction, type Rule, type RuleConditions } from "../../../core/matching/rules/rule.ts";
import type { Viewer } from "../../viewer.ts";
import { type MatchingRule, storeAction, storeConditions } from "./matching-rule.ts";
import { type RuleInput, readRuleInput, ruleName } from "./rule-input.ts";
import { changeRules, placeRule, ruleOfId } from "./write-rules.ts";

/**
 * Gives a rule another name, other conditions or another action; these two make a new version of it, and what the older
 * ones did stays. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput
 */
export function updateRule(
  app: App,
  viewer: Viewer,
  id: string,
  input: RuleInput,
): Promise<MatchingRule> {
  return changeRules(app, viewer, async (tx, rules) => {
    const rule = ruleOfId(rules, id);
    const { conditions, action } = await readRuleInput(tx, input);
    const name = ruleName(input.name);
    const enabled = input.enabled ?? rule.enabled;
    const other = !isSameRule(rule, { conditions, action });
    await tx.query(
      `UPDATE matching_rule SET name = $2, conditions = $3, action = $4, enabled = $5, version = version + $6, changed_at = $7
       WHERE id = $1`,
      [
        ...[
          rule.id,
          name,
          JSON.stringify(storeConditions(conditions)),
          storeAction(action),
          enabled,
        ],
        ...[other ? 1 : 0, app.now()],
      ],
    );
    const place = input.position ?? rule.position;
    const moved = (await placeRule(tx, rules, rule.id, place)) !== rule.position;
    if (!other && !moved && name === rule.name && enabled === rule.enabled) {
      return { id: rule.id, change: null };
    }
    const acts = enabled && (other || moved || !rule.enabled);
    return { id: rule.id, change: { action: "matching_rule.changed", acts } };
  });
}

/** Whether two rules ask and do the same: then they are one version. */
export function isSameRule(
  a: Pick<Rule, "conditions" | "action">,
  b: Pick<Rule, "conditions" | "action">,
): boolean {
  return isSameAction(a.action, b.action) && written(a.conditions) === written(b.conditions);
}

function written(conditions: RuleConditions): string {
  const { texts, accountIds, ...rest } = storeConditions(conditions);
  const { amountMin, amountMax, currency, direction, blockId } = rest;
  return JSON.stringify([
    texts.map(({ field, test, value }) => [field, test, value]),
    ...[amountMin, amountMax, currency, direction, accountIds, blockId],
  ]);
}
