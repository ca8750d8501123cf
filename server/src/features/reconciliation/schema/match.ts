import { validate as isUuid } from "uuid";
import { assert } from "../../../core/assert.ts";
import type { Evidence } from "../../../core/matching/types.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { evidenceLabel } from "../evidence-labels.ts";
import type { Payment } from "../match.ts";
import { loadMatch } from "./loaders.ts";
import { MatchOrigin } from "./origin.ts";
import { MatchRef } from "./refs.ts";
import { loadRule } from "./rule-loaders.ts";
import { MatchingRuleRef } from "./rule-refs.ts";
import { MatchingRunRef } from "./run.ts";
import { loadMatchingRun } from "./run-loaders.ts";

export const EvidenceType = builder.objectRef<Evidence>("Evidence").implement({
  description: "One reason for or against a pair of transaction and open item.",
  fields: (t) => ({
    signal: t.exposeString("signal", { description: "What was compared, stable for programs." }),
    label: t.string({
      description: "What it says, as a sentence for people.",
      resolve: (evidence) => evidenceLabel(evidence),
    }),
    points: t.exposeInt("points", { description: "What it adds to the score or takes from it." }),
    transactionValue: t.exposeString("transactionValue", {
      nullable: true,
      description: "What the transaction has.",
    }),
    itemValue: t.exposeString("itemValue", {
      nullable: true,
      description: "What the open item has.",
    }),
  }),
});

export const PaymentKindType = builder.enumType("PaymentKind", {
  description:
    "What a line of a match is. All but a payment are differences: they settle the open item without money, or leave the transaction without settling.",
  values: {
    PAYMENT: { value: "payment", description: "Money that settles." },
    BANK_FEE: { value: "bank_fee", description: "A fee that a bank kept on the way." },
    EXCHANGE_DIFFERENCE: {
      value: "exchange_difference",
      description: "Between two currencies' amounts at the rate.",
    },
    DISCOUNT: { value: "discount", description: "For paying early." },
    ROUNDING: { value: "rounding", description: "Some of the smallest coins." },
    SHORT_PAYMENT: { value: "short_payment", description: "Too little was paid, and let go." },
  } as const,
});

const PaymentType = builder.objectRef<Payment>("Payment").implement({
  description:
    "One line of a match: what it takes from one bank transaction and puts on one open item, or a difference beside that.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    amount: t.field({
      type: MoneyType,
      description: "What it puts on the open item.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    kind: t.expose("kind", { type: PaymentKindType, description: "A payment or a difference." }),
    transactionAmount: t.field({
      type: MoneyType,
      description: "What it takes from the transaction.",
      resolve: ({ transactionMinor, transactionCurrency }) =>
        money(transactionMinor, transactionCurrency),
    }),
    rate: t.expose("rate", {
      type: "Decimal",
      nullable: true,
      description:
        "What one unit of the transaction's currency was taken for in the open item's; null where they are one.",
    }),
    transaction: t.field({
      type: BankTransactionRef,
      description: "Where the money came from.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a payment has a transaction");
        return transaction;
      },
    }),
    openItem: t.field({
      type: OpenItemRef,
      description: "What it settles.",
      resolve: ({ openItem }) => openItem,
    }),
  }),
});

MatchRef.implement({
  description:
    "A decision that these bank transactions settle these open items, by these amounts. Undone by voiding, kept for good.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    origin: t.expose("origin", { type: MatchOrigin, description: "What made it." }),
    profile: t.exposeString("profile", {
      nullable: true,
      description:
        "The scoring profile that decided, as called at the time; null where a person did.",
    }),
    profileVersion: t.exposeInt("profileVersion", {
      nullable: true,
      description: "Its version.",
    }),
    score: t.exposeInt("score", {
      nullable: true,
      description: "The evidence's points; null where a person decided.",
    }),
    evidence: t.field({
      type: [EvidenceType],
      description: "What spoke for and against it, at the time.",
      resolve: ({ evidence }) => [...evidence],
    }),
    payments: t.field({
      type: [PaymentType],
      description: "The amounts.",
      resolve: ({ payments }) => [...payments],
    }),
    run: t.field({
      type: MatchingRunRef,
      nullable: true,
      description: "The run of automatic matching that made it; null where a person did.",
      resolve: async ({ runId }, _args, context) =>
        runId === null ? null : ((await loadMatchingRun(context, runId)) ?? null),
    }),
    rule: t.field({
      type: MatchingRuleRef,
      nullable: true,
      description: "The rule that booked the transaction or said who paid it, where one did.",
      resolve: async ({ ruleId }, _args, context) =>
        ruleId === null ? null : ((await loadRule(context, ruleId)) ?? null),
    }),
    decidedBy: t.exposeString("decidedBy", { description: "Who decided, as called at the time." }),
    decidedAt: t.expose("decidedAt", { type: "DateTime", description: "When." }),
    voidedAt: t.expose("voidedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was undone; null while it is live.",
    }),
    voidedBy: t.exposeString("voidedBy", { nullable: true, description: "Who undid it." }),
    voidReason: t.exposeString("voidReason", { nullable: true, description: "Why." }),
  }),
});

builder.queryField("match", (t) =>
  t.field({
    type: MatchRef,
    nullable: true,
    description: "One match, void ones too. Needs transactions:read.",
    args: { id: t.arg.id({ required: true, description: "The match's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadMatch(context, id.toLowerCase())) ?? null) : null,
  }),
);
