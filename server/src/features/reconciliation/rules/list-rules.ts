import type { App } from "../../../app.ts";
import { findRuleWarnings } from "../../../core/matching/rules/find-rule-warnings.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type MatchingRule, readRules } from "./matching-rule.ts";
import { readRuleHistory } from "./rule-history.sql.ts";
import { readRuleNames } from "./rule-names.ts";
import { type ToldWarning, tellWarnings } from "./rule-warnings.ts";

/** The organisation's rules in the order in which they are asked. @throws Forbidden */
export async function listRules(app: App, viewer: Viewer): Promise<MatchingRule[]> {
  authorise(viewer, "transactions:read");
  return readAsOrganisation(app.database, viewer.organisationId, readRules);
}

/** What is wrong with each of the rules, by the rule's id, tried on the lines of the last months too. */
export async function warnOfRules(
  app: App,
  organisationId: string,
): Promise<Map<string, ToldWarning[]>> {
  return readAsOrganisation(app.database, organisationId, async (sql) => {
    const rules = await readRules(sql);
    if (rules.length === 0) return new Map();
    const surroundings = await readRuleNames(sql);
    const { lines } = await readRuleHistory(sql, app.now());
    const found = findRuleWarnings(rules, { surroundings, history: lines });
    return new Map(
      rules.map(({ id }) => [
        id,
        tellWarnings(
          found.filter(({ ruleId }) => ruleId === id),
          rules,
        ),
      ]),
    );
  });
}
