import type { App } from "../../../app.ts";
import type { Viewer } from "../../viewer.ts";
import type { MatchingRule } from "./matching-rule.ts";
import { changeRules, ruleOfId } from "./write-rules.ts";

/**
 * Switches a rule on or off. What it has done stays. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export function setRuleEnabled(
  app: App,
  viewer: Viewer,
  request: { id: string; enabled: boolean },
): Promise<MatchingRule> {
  return changeRules(app, viewer, async (tx, rules) => {
    const rule = ruleOfId(rules, request.id);
    const { enabled } = request;
    if (rule.enabled === enabled) return { id: rule.id, change: null };
    await tx.query("UPDATE matching_rule SET enabled = $2, changed_at = $3 WHERE id = $1", [
      rule.id,
      enabled,
      app.now(),
    ]);
    // Without it a rule behind it may act on what it had taken.
    const action = enabled ? "matching_rule.enabled" : "matching_rule.disabled";
    return { id: rule.id, change: { action, acts: true } };
  });
}
