import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { authorise } from "../../viewer.ts";
import { warnOfRules } from "../rules/list-rules.ts";
import { readHitsOfRules, readRulesById } from "../rules/matching-rule.ts";
import { readRuleNames } from "../rules/rule-names.ts";
import { ruleSummary } from "../rules/rule-summary.ts";

/** A rule by id, archived ones too. */
export const loadRule = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "transactions:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const rules = await readRulesById(sql, ids);
    return new Map(rules.map((rule) => [rule.id, rule]));
  });
});

/** How often a rule that may be seen has acted. */
export const loadRuleHits = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readHitsOfRules(sql, ids),
  ),
);

/** A rule that may be seen as one sentence. */
export const loadRuleSummary = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, async (sql) => {
    const names = await readRuleNames(sql);
    const rules = await readRulesById(sql, ids);
    return new Map(rules.map((rule) => [rule.id, ruleSummary(rule, names)]));
  }),
);

/** What is wrong with a rule that may be seen. */
export const loadRuleWarnings = batched((context) =>
  warnOfRules(context.app, viewerOf(context).organisationId),
);
