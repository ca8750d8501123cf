import { assert } from "../../../core/assert.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { previewRule, type RulePreview, type RulePreviewLine } from "../rules/preview-rule.ts";
import { historyLinesMax, historyMonthsMax } from "../rules/rule-history.sql.ts";
import { RuleWarningType } from "./rule.ts";
import { RuleActionInput, RuleConditionsInput } from "./rule-inputs.ts";

const RulePreviewLineType = builder.objectRef<RulePreviewLine>("RulePreviewLine").implement({
  description: "A bank transaction that meets a rule under preview.",
  fields: (t) => ({
    transaction: t.field({
      type: BankTransactionRef,
      description: "The bank transaction.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a line of history is there");
        return transaction;
      },
    }),
    effect: t.exposeString("effect", {
      description: "What would become of it, as a sentence for people.",
    }),
    conflict: t.exposeString("conflict", {
      nullable: true,
      description: "The name of another rule that it meets too and that does something else.",
    }),
  }),
});

const sampleMax = 20;

const RulePreviewType = builder.objectRef<RulePreview>("RulePreview").implement({
  description: `What a rule would do, tried on the bank transactions of the last ${historyMonthsMax} months, up to ${historyLinesMax}. Nothing is written.`,
  fields: (t) => ({
    matching: t.exposeInt("matching", { description: "How many of them meet it." }),
    changing: t.exposeInt("changing", {
      description: "On how many the next run would let it act.",
    }),
    alreadyDecided: t.exposeInt("alreadyDecided", {
      description: "How many are matched or excluded already, and left alone.",
    }),
    amount: t.field({
      type: [MoneyType],
      description: "What those that meet it come to, without signs, one amount per currency.",
      resolve: ({ amount }) => [...amount],
    }),
    sample: t.field({
      type: [RulePreviewLineType],
      description: "Some of them: those that it would act on first, then the newest.",
      args: {
        first: t.arg.int({ defaultValue: sampleMax, description: `So many, up to ${sampleMax}.` }),
      },
      resolve: ({ sample }, { first }) => sample.slice(0, Math.max(0, first ?? sampleMax)),
    }),
    warnings: t.field({
      type: [RuleWarningType],
      description: "What would be wrong with it, or with others because of it.",
      resolve: ({ warnings }) => [...warnings],
    }),
    bounded: t.exposeBoolean("bounded", {
      description: "Whether there were more bank transactions than could be looked at.",
    }),
  }),
});

builder.queryField("previewRule", (t) =>
  t.field({
    type: RulePreviewType,
    description:
      "What a rule would do before it is saved. Needs matching:manage and transactions:read.",
    args: {
      id: t.arg.id({ description: "The rule that is to be changed, where it is one." }),
      position: t.arg.int({
        description: "Where it is to stand in the order; else where it is, or last.",
      }),
      conditions: t.arg({
        type: RuleConditionsInput,
        required: true,
        description: "What it asks for.",
      }),
      action: t.arg({ type: RuleActionInput, required: true, description: "What it does." }),
    },
    resolve: (_root, args, context) => previewRule(context.app, viewerOf(context), args),
  }),
);
