import { assert } from "../../../core/assert.ts";
import type { TransferEvidence } from "../../../core/matching/transfer-types.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { writeCursor } from "../../paging.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import {
  type TransferCandidate,
  transferCandidatesMax,
} from "../transfers/find-transfer-candidates.ts";
import { dayOfTransfer, listTransfers } from "../transfers/list-transfers.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { transferReasonLabels, transferSignalLabels } from "../transfers/transfer-labels.ts";
import { loadRule } from "./rule-loaders.ts";
import { MatchingRuleRef } from "./rule-refs.ts";
import { MatchingRunRef } from "./run.ts";
import { loadMatchingRun } from "./run-loaders.ts";
import { loadTransferCandidates, loadTransferOfTransaction } from "./transfer-loaders.ts";

export const TransferRef = builder.objectRef<Transfer>("Transfer");

const TransferOriginType = builder.enumType("TransferOrigin", {
  description: "What found a transfer.",
  values: {
    AUTOMATIC: { value: "automatic", description: "Tieout, by itself." },
    RULE: { value: "rule", description: "A rule." },
    MANUAL: { value: "manual", description: "A person or a program." },
  } as const,
});

const TransferEvidenceType = builder.objectRef<TransferEvidence>("TransferEvidence").implement({
  description: "One reason to take two bank transactions for a transfer.",
  fields: (t) => ({
    signal: t.exposeString("signal", { description: "What was compared, stable for programs." }),
    label: t.string({
      description: "What it says, as a sentence for people.",
      resolve: ({ signal }) => transferSignalLabels[signal],
    }),
    transactionValue: t.exposeString("transactionValue", {
      description: "What the transaction that went out has.",
    }),
    otherValue: t.exposeString("otherValue", {
      description: "What the transaction that came in has.",
    }),
  }),
});

const side = (id: string | null, context: Context) =>
  id === null ? null : loadTransaction(context, id).then((line) => line ?? null);

TransferRef.implement({
  description:
    "Money that went from one own account to another. Its bank transactions are excluded together, and come back in together.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    out: t.field({
      type: BankTransactionRef,
      nullable: true,
      description: "Where it went out; null where that account is not here.",
      resolve: ({ outTransactionId }, _args, context) => side(outTransactionId, context),
    }),
    in: t.field({
      type: BankTransactionRef,
      nullable: true,
      description: "Where it came in; null where that account is not here.",
      resolve: ({ inTransactionId }, _args, context) => side(inTransactionId, context),
    }),
    origin: t.expose("origin", { type: TransferOriginType, description: "What found it." }),
    evidence: t.field({
      type: [TransferEvidenceType],
      description: "What spoke for it, at the time.",
      resolve: ({ evidence }) => [...evidence],
    }),
    rule: t.field({
      type: MatchingRuleRef,
      nullable: true,
      description: "The rule that said so.",
      resolve: async ({ ruleId }, _args, context) =>
        ruleId === null ? null : ((await loadRule(context, ruleId)) ?? null),
    }),
    run: t.field({
      type: MatchingRunRef,
      nullable: true,
      description: "The run that found it.",
      resolve: async ({ runId }, _args, context) =>
        runId === null ? null : ((await loadMatchingRun(context, runId)) ?? null),
    }),
    decidedBy: t.exposeString("decidedBy", { description: "Who decided, as called at the time." }),
    decidedAt: t.expose("decidedAt", { type: "DateTime", description: "When." }),
    voidedAt: t.expose("voidedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was undone; null while it stands.",
    }),
    voidedBy: t.exposeString("voidedBy", { nullable: true, description: "Who undid it." }),
    voidReason: t.exposeString("voidReason", { nullable: true, description: "Why." }),
  }),
});

const TransferCandidateType = builder.objectRef<TransferCandidate>("TransferCandidate").implement({
  description:
    "A bank transaction that could be the other side of one, as a transfer between own accounts.",
  fields: (t) => ({
    transaction: t.field({
      type: BankTransactionRef,
      description: "The other side.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a candidate is there");
        return transaction;
      },
    }),
    days: t.int({
      description: "Days from money out to money in; below zero where it was booked in first.",
      resolve: ({ pair }) => pair.days,
    }),
    amountDifference: t.field({
      type: MoneyType,
      description:
        "What came in less what went out, by the rate of the day where the currencies differ.",
      resolve: ({ pair }) => money(pair.differenceMinor, pair.currency),
    }),
    evidence: t.field({
      type: [TransferEvidenceType],
      description: "What speaks for it.",
      resolve: ({ pair }) => [...pair.evidence],
    }),
    reasonNotAutomatic: t.string({
      nullable: true,
      description:
        "Why it was not taken by itself, as a sentence for people; null when the next run will take it.",
      resolve: ({ reason }) => (reason === null ? null : transferReasonLabels[reason]),
    }),
  }),
});

builder.objectFields(BankTransactionRef, (t) => ({
  transfer: t.field({
    type: TransferRef,
    nullable: true,
    description: "The transfer between own accounts that it is part of.",
    resolve: async ({ id, status }, _args, context) =>
      status === "excluded" ? ((await loadTransferOfTransaction(context, id)) ?? null) : null,
  }),
  transferCandidates: t.field({
    type: [TransferCandidateType],
    description:
      "What could be its other side, the surest first. None when it is matched, excluded, pending or removed.",
    args: {
      first: t.arg.int({
        defaultValue: 5,
        description: `So many, up to ${transferCandidatesMax}.`,
      }),
    },
    resolve: async ({ id, status, pending }, { first }, context) => {
      const countMax = Math.min(Math.max(first ?? 5, 0), transferCandidatesMax);
      if (countMax === 0 || status !== "unmatched" || pending) return [];
      return ((await loadTransferCandidates(context, id)) ?? []).slice(0, countMax);
    },
  }),
}));

const TransferConnection = pageType(
  "Transfer",
  TransferRef,
  { row: "a transfer", page: "transfers between own accounts, the last decided first" },
  (transfer) => writeCursor({ day: dayOfTransfer(transfer), id: transfer.id }),
);

builder.queryField("transfers", (t) =>
  t.field({
    type: TransferConnection,
    description:
      "The transfers between own accounts that stand, the last decided first. Needs transactions:read.",
    args: t.arg.connectionArgs(),
    resolve: (_root, page, context) => listTransfers(context.app, viewerOf(context), page),
  }),
);
