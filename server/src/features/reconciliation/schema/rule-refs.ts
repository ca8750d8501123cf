import { builder } from "../../../graphql/builder.ts";
import type { MatchingRule } from "../rules/matching-rule.ts";

/** Declared apart from its fields: matches and transfers name it. */
export const MatchingRuleRef = builder.objectRef<MatchingRule>("MatchingRule");
