import type { App } from "../../../app.ts";
import type { Viewer } from "../../viewer.ts";
import type { MatchingRule } from "./matching-rule.ts";
import { changeRules, ruleOfId, writePositions } from "./write-rules.ts";

/**
 * Takes a rule out of the list for good. What it has done stays, can be explained by it, and can be undone.
 * @throws Forbidden, NotFound when it is archived already
 */
export function archiveRule(app: App, viewer: Viewer, id: string): Promise<MatchingRule> {
  return changeRules(app, viewer, async (tx, rules) => {
    const rule = ruleOfId(rules, id);
    await tx.query(
      "UPDATE matching_rule SET archived_at = $2, changed_at = $2, enabled = false WHERE id = $1",
      [rule.id, app.now()],
    );
    await writePositions(
      tx,
      rules.map((each) => each.id).filter((each) => each !== rule.id),
    );
    return { id: rule.id, change: { action: "matching_rule.archived", acts: rule.enabled } };
  });
}
