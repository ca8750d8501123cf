import type { RuleAction, RuleConditions, RuleText } from "../../../core/matching/rules/rule.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { loadBlock } from "../../blocks/schema/loaders.ts";
import { BlockRef } from "../../blocks/schema/refs.ts";
import { loadAccount } from "../../connections/schema/loaders.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { Direction } from "../../transactions/schema/direction.ts";
import { loadCategory } from "../../transactions/schema/loaders.ts";
import { CategoryRef } from "../../transactions/schema/refs.ts";
import { listRules } from "../rules/list-rules.ts";
import { storeConditions } from "../rules/matching-rule.ts";
import type { ToldWarning } from "../rules/rule-warnings.ts";
import { RuleActionKind, RuleField, RuleTest } from "./rule-enums.ts";
import { loadRuleHits, loadRuleSummary, loadRuleWarnings } from "./rule-loaders.ts";
import { MatchingRuleRef } from "./rule-refs.ts";

const RuleTextType = builder.objectRef<RuleText>("RuleText").implement({
  description: "A test of a bank transaction's text. Case, accents and punctuation say nothing.",
  fields: (t) => ({
    field: t.expose("field", { type: RuleField, description: "Which text." }),
    test: t.expose("test", { type: RuleTest, description: "How it is compared." }),
    value: t.exposeString("value", { description: "With what." }),
  }),
});

const RuleConditionsType = builder.objectRef<RuleConditions>("RuleConditions").implement({
  description:
    "What a bank transaction must be like. All of it must hold; what is null or empty says nothing.",
  fields: (t) => ({
    texts: t.field({
      type: [RuleTextType],
      description: "All of these hold.",
      resolve: ({ texts }) => [...texts],
    }),
    amountMin: t.field({
      type: "Decimal",
      nullable: true,
      description: "At least this much, in or out.",
      resolve: (conditions) => storeConditions(conditions).amountMin,
    }),
    amountMax: t.field({
      type: "Decimal",
      nullable: true,
      description: "At most this much, in or out.",
      resolve: (conditions) => storeConditions(conditions).amountMax,
    }),
    currency: t.exposeString("currency", {
      nullable: true,
      description: "ISO 4217: the transaction's, and that of the amounts.",
    }),
    direction: t.expose("direction", {
      type: Direction,
      nullable: true,
      description: "Which way the money moved.",
    }),
    accounts: t.field({
      type: [FinancialAccountRef],
      description: "On one of these accounts. Needs bank_connections:read.",
      resolve: async ({ accountIds }, _args, context) => {
        const accounts = await Promise.all(accountIds.map((id) => loadAccount(context, id)));
        return accounts.filter((account) => account !== undefined);
      },
    }),
    block: t.field({
      type: BlockRef,
      nullable: true,
      description: "On an account of this block.",
      resolve: async ({ blockId }, _args, context) =>
        blockId === null ? null : ((await loadBlock(context, blockId)) ?? null),
    }),
  }),
});

const RuleActionType = builder.objectRef<RuleAction>("RuleAction").implement({
  description: "What a rule does with a bank transaction that meets it.",
  fields: (t) => ({
    kind: t.expose("kind", { type: RuleActionKind, description: "What it does." }),
    category: t.field({
      type: CategoryRef,
      nullable: true,
      description: "Where it categorises: as what.",
      resolve: async (action, _args, context) =>
        action.kind === "categorise"
          ? ((await loadCategory(context, action.categoryId)) ?? null)
          : null,
    }),
    standalone: t.boolean({
      description:
        "Where it categorises: whether it books it too, as an expense or income of its own.",
      resolve: (action) => action.kind === "categorise" && action.standalone,
    }),
    reason: t.string({
      nullable: true,
      description: "Where it excludes: why, as people read it.",
      resolve: (action) => (action.kind === "exclude" ? action.reason : null),
    }),
    clientName: t.string({
      nullable: true,
      description:
        "Where it names the client: only what this client owes or is owed is matched with it automatically.",
      resolve: (action) => (action.kind === "match_client" ? action.clientName : null),
    }),
  }),
});

const RuleWarningKind = builder.enumType("RuleWarningKind", {
  description: "What is wrong with a rule.",
  values: {
    DEAD: { value: "dead", description: "Nothing meets it." },
    SHADOWED: { value: "shadowed", description: "Whatever meets it meets an earlier rule first." },
    CONFLICTING: {
      value: "conflicting",
      description: "Some lines meet another rule too, which does something else.",
    },
  } as const,
});

export const RuleWarningType = builder.objectRef<ToldWarning>("RuleWarning").implement({
  description: "Something that is probably wrong with a rule. Nobody has to mend it.",
  fields: (t) => ({
    kind: t.expose("kind", { type: RuleWarningKind, description: "What is wrong." }),
    message: t.exposeString("message", { description: "The same as a sentence, for people." }),
    otherRule: t.field({
      type: MatchingRuleRef,
      nullable: true,
      description: "The other rule, where it is about two.",
      resolve: ({ otherRule }) => otherRule,
    }),
  }),
});

MatchingRuleRef.implement({
  description:
    "What people want done with bank transactions of a kind. Rules run before matching, in their order; for each transaction the first that it meets decides.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    position: t.exposeInt("position", { description: "Its place in the order, from 1." }),
    name: t.exposeString("name", { description: "What people call it." }),
    version: t.exposeInt("version", {
      description: "From 1: how often its conditions or its action were set.",
    }),
    enabled: t.exposeBoolean("enabled", { description: "Whether it acts." }),
    conditions: t.field({
      type: RuleConditionsType,
      description: "What it asks for.",
      resolve: ({ conditions }) => conditions,
    }),
    action: t.field({
      type: RuleActionType,
      description: "What it does.",
      resolve: ({ action }) => action,
    }),
    summary: t.string({
      description: "Conditions and action as one sentence, for people.",
      resolve: async ({ id }, _args, context) => (await loadRuleSummary(context, id)) ?? "",
    }),
    hits: t.int({
      description: "On how many bank transactions it has acted; what was undone is not counted.",
      resolve: async ({ id }, _args, context) => (await loadRuleHits(context, id))?.count ?? 0,
    }),
    lastHitAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it acted last.",
      resolve: async ({ id }, _args, context) => (await loadRuleHits(context, id))?.lastAt ?? null,
    }),
    warnings: t.field({
      type: [RuleWarningType],
      description:
        "What is probably wrong with it, by itself, beside the other rules, and on the lines of the last twelve months. Reads them: ask only where it is shown.",
      resolve: async ({ id, archivedAt }, _args, context) =>
        archivedAt === null ? ((await loadRuleWarnings(context, id)) ?? []) : [],
    }),
    createdBy: t.exposeString("createdBy", { description: "Who made it, as called at the time." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    changedAt: t.expose("changedAt", {
      type: "DateTime",
      description: "When it was changed last.",
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is out of the list; what it has done stays.",
    }),
  }),
});

builder.queryField("matchingRules", (t) =>
  t.field({
    type: [MatchingRuleRef],
    description:
      "The organisation's rules in the order in which they are asked. Needs transactions:read.",
    resolve: (_root, _args, context) => listRules(context.app, viewerOf(context)),
  }),
);
