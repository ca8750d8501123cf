import type { App } from "../../../app.ts";
import type { Viewer } from "../../viewer.ts";
import type { MatchingRule } from "./matching-rule.ts";
import { changeRules, placeRule, ruleOfId } from "./write-rules.ts";

/**
 * Puts a rule at another place in the order, counted from 1; beyond the last it becomes the last.
 * @throws Forbidden, NotFound
 */
export function moveRule(
  app: App,
  viewer: Viewer,
  request: { id: string; position: number },
): Promise<MatchingRule> {
  return changeRules(app, viewer, async (tx, rules) => {
    const rule = ruleOfId(rules, request.id);
    const position = await placeRule(tx, rules, rule.id, request.position);
    if (position === rule.position) return { id: rule.id, change: null };
    const change = {
      action: "matching_rule.moved",
      detail: { position },
      acts: rule.enabled,
    } as const;
    return { id: rule.id, change };
  });
}
