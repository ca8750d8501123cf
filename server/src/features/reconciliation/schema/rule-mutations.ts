import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { archiveRule } from "../rules/archive-rule.ts";
import { createRule } from "../rules/create-rule.ts";
import { rulesMax } from "../rules/matching-rule.ts";
import { moveRule } from "../rules/move-rule.ts";
import { setRuleEnabled } from "../rules/set-rule-enabled.ts";
import { updateRule } from "../rules/update-rule.ts";
import { RuleInput } from "./rule-inputs.ts";
import { MatchingRuleRef } from "./rule-refs.ts";

const ruleId = { required: true, description: "The rule's id." } as const;
const input = { type: RuleInput, required: true, description: "What it is to be." } as const;

builder.mutationFields((t) => ({
  createRule: t.field({
    type: MatchingRuleRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: `Adds a rule, up to ${rulesMax}. A run of matching follows, in which it acts on what is open. Needs matching:manage.`,
    args: { input: t.arg(input) },
    resolve: (_root, args, context) => createRule(context.app, viewerOf(context), args.input),
  }),
  updateRule: t.field({
    type: MatchingRuleRef,
    errors: { types: [Forbidden, NotFound, InvalidInput] },
    description:
      "Sets what a rule is. Other conditions or another action make a new version; what the older ones did stays. Needs matching:manage.",
    args: { id: t.arg.id(ruleId), input: t.arg(input) },
    resolve: (_root, args, context) =>
      updateRule(context.app, viewerOf(context), args.id, args.input),
  }),
  moveRule: t.field({
    type: MatchingRuleRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Puts a rule at another place in the order. Needs matching:manage.",
    args: {
      id: t.arg.id(ruleId),
      position: t.arg.int({
        required: true,
        description: "From 1; beyond the last it becomes the last.",
      }),
    },
    resolve: (_root, args, context) => moveRule(context.app, viewerOf(context), args),
  }),
  setRuleEnabled: t.field({
    type: MatchingRuleRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Switches a rule on or off. What it has done stays. Needs matching:manage.",
    args: {
      id: t.arg.id(ruleId),
      enabled: t.arg.boolean({ required: true, description: "Whether it acts." }),
    },
    resolve: (_root, args, context) => setRuleEnabled(context.app, viewerOf(context), args),
  }),
  archiveRule: t.field({
    type: MatchingRuleRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes a rule out of the list for good. What it has done stays and can still be undone. Needs matching:manage.",
    args: { id: t.arg.id(ruleId) },
    resolve: (_root, { id }, context) => archiveRule(context.app, viewerOf(context), id),
  }),
}));
