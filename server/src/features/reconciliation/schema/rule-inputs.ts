import { builder } from "../../../graphql/builder.ts";
import { Direction } from "../../transactions/schema/direction.ts";
import { textsMax } from "../rules/rule-input.ts";
import { RuleActionKind, RuleField, RuleTest } from "./rule-enums.ts";

const RuleTextInput = builder.inputType("RuleTextInput", {
  description: "A test of a bank transaction's text. Case, accents and punctuation say nothing.",
  fields: (t) => ({
    field: t.field({ type: RuleField, required: true, description: "Which text." }),
    test: t.field({ type: RuleTest, required: true, description: "How it is compared." }),
    value: t.string({ required: true, description: "With what." }),
  }),
});

export const RuleConditionsInput = builder.inputType("RuleConditionsInput", {
  description:
    "What a bank transaction must be like. All of it must hold; at least one thing is asked for.",
  fields: (t) => ({
    texts: t.field({ type: [RuleTextInput], description: `All of these hold, up to ${textsMax}.` }),
    amountMin: t.field({ type: "Decimal", description: "At least this much, in or out." }),
    amountMax: t.field({ type: "Decimal", description: "At most this much, in or out." }),
    currency: t.string({ description: "ISO 4217; needed with an amount." }),
    direction: t.field({ type: Direction, description: "Which way the money moved." }),
    accountIds: t.idList({ description: "On one of these accounts." }),
    blockId: t.id({ description: "On an account of this block." }),
  }),
});

export const RuleActionInput = builder.inputType("RuleActionInput", {
  description: "What a rule does with a bank transaction that meets it.",
  fields: (t) => ({
    kind: t.field({ type: RuleActionKind, required: true, description: "What it does." }),
    categoryId: t.id({ description: "Where it categorises: as what." }),
    standalone: t.boolean({ description: "Where it categorises: whether it books it too." }),
    reason: t.string({ description: "Where it excludes: why, as people will read it." }),
    clientName: t.string({ description: "Where it names the client: who." }),
  }),
});

export const RuleInput = builder.inputType("RuleInput", {
  description: "What a rule is to be.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What people call it." }),
    conditions: t.field({
      type: RuleConditionsInput,
      required: true,
      description: "What it asks for.",
    }),
    action: t.field({ type: RuleActionInput, required: true, description: "What it does." }),
    enabled: t.boolean({ description: "Whether it acts; a new one does unless told otherwise." }),
    position: t.int({ description: "Its place in the order, from 1; a new one comes last." }),
  }),
});
