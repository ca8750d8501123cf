import type { App } from "../../../app.ts";
import { newId } from "../../../db/ids.ts";
import { Conflict } from "../../errors.ts";
import type { Viewer } from "../../viewer.ts";
import { type MatchingRule, rulesMax, storeAction, storeConditions } from "./matching-rule.ts";
import { type RuleInput, readRuleInput, ruleName } from "./rule-input.ts";
import { changeRules, placeRule } from "./write-rules.ts";

/**
 * Adds a rule, as the last one unless a position is given, and lets a run of matching follow.
 * @throws Forbidden, NotFound for what it names, InvalidInput, Conflict when there are too many
 */
export function createRule(app: App, viewer: Viewer, input: RuleInput): Promise<MatchingRule> {
  return changeRules(app, viewer, async (tx, rules) => {
    const { conditions, action } = await readRuleInput(tx, input);
    const name = ruleName(input.name);
    if (rules.length >= rulesMax) {
      throw new Conflict(`An organisation has at most ${rulesMax} rules.`);
    }
    const id = newId();
    const enabled = input.enabled ?? true;
    await tx.query(
      `INSERT INTO matching_rule (organisation_id, id, position, name, conditions, action, enabled, created_by, created_at, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        ...[
          tx.organisationId,
          id,
          rules.length + 1,
          name,
          JSON.stringify(storeConditions(conditions)),
        ],
        ...[storeAction(action), enabled, viewer.actor.name, app.now()],
      ],
    );
    if (input.position != null) await placeRule(tx, rules, id, input.position);
    return { id, change: { action: "matching_rule.created", acts: enabled } };
  });
}
