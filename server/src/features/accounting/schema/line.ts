import { assert } from "../../../core/assert.ts";
import { type Money, money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import type { ShownLine } from "../lines/due-lines.ts";
import type { FeedLineProblem } from "../lines/feed-line.ts";
import { shownLineCursor } from "../lines/list-shown-lines.ts";
import { feedOf, loadOperation } from "./loaders.ts";
import { FeedAccountRef, FeedLineRef, PushOperationRef } from "./refs.ts";

export const FeedLineStateType = builder.enumType("FeedLineState", {
  description: "How a line stands in a feed.",
  values: {
    DUE: { value: "due", description: "It was never sent, and goes with the next push." },
    UNDER_WAY: { value: "under_way", description: "It is in a batch that is under way." },
    PUSHED: { value: "pushed", description: "The package took it." },
    CONFIRMED: { value: "confirmed", description: "It was read back as it was sent." },
    MISSING: { value: "missing", description: "It was taken, and is not in the books." },
    CHANGED: { value: "changed", description: "It is in the books with another day or amount." },
    REJECTED: {
      value: "rejected",
      description: "The package refused it: its words are revised, or it is left out.",
    },
    RELEASED: { value: "released", description: "It may go again with the next push." },
    LEFT_OUT: { value: "left_out", description: "A person left it out, with a reason." },
  } as const,
});

const ProblemSeverity = builder.enumType("ProblemSeverity", {
  description: "How bad it is.",
  values: {
    ERROR: { value: "error", description: "It was refused for it." },
    WARNING: { value: "warning", description: "It was taken all the same." },
  } as const,
});

const FeedLineProblemRef = builder.objectRef<FeedLineProblem>("FeedLineProblem").implement({
  description: "What the package said about a line.",
  fields: (t) => ({
    severity: t.expose("severity", { type: ProblemSeverity, description: "How bad it is." }),
    message: t.exposeString("message", { description: "The package's sentence." }),
  }),
});

FeedLineRef.implement({
  description:
    "One bank transaction in one feed, as it was sent and as it was read back. Needs transactions:read.",
  fields: (t) => ({
    id: t.id({
      description: "The feed's and the bank transaction's, for caches. No field takes it.",
      resolve: ({ feedId, transactionId }) => `${feedId}:${transactionId}`,
    }),
    transaction: t.field({
      type: BankTransactionRef,
      description: "The bank transaction, as it is now.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a line of a feed has a bank transaction");
        return transaction;
      },
    }),
    feed: t.field({
      type: FeedAccountRef,
      description: "The feed.",
      resolve: ({ feedId }, _args, context) => feedOf(context, feedId),
    }),
    state: t.expose("state", { type: FeedLineStateType, description: "How it stands." }),
    operation: t.field({
      type: PushOperationRef,
      nullable: true,
      description: "The push that it was sent with last.",
      resolve: async ({ operationId }, _args, context) =>
        operationId === null ? null : ((await loadOperation(context, operationId)) ?? null),
    }),
    bookedOn: t.expose("bookedOn", {
      type: "LocalDate",
      nullable: true,
      description: "The day that was sent; of one that is due, that will be.",
    }),
    amount: t.field({
      type: MoneyType,
      nullable: true,
      description: "The amount that was sent. Money in is positive, money out negative.",
      resolve: (line) => moneyOf(line, line.amountMinor),
    }),
    balance: t.field({
      type: MoneyType,
      nullable: true,
      description: "The account's balance behind it that was sent, where the bank has told one.",
      resolve: (line) => moneyOf(line, line.balanceMinor),
    }),
    description: t.exposeString("description", {
      nullable: true,
      description: "The words that were sent.",
    }),
    counterpartyName: t.exposeString("counterpartyName", {
      nullable: true,
      description: "Who paid or was paid, as it was sent.",
    }),
    reference: t.exposeString("reference", {
      nullable: true,
      description: "The reference that was sent: the bank's, or the matched documents' numbers.",
    }),
    revised: t.exposeBoolean("revised", {
      description: "A person's words are sent in place of the bank's.",
    }),
    leftOutBy: t.exposeString("leftOutBy", {
      nullable: true,
      description: "Who left it out, as called at the time.",
    }),
    leftOutReason: t.exposeString("leftOutReason", {
      nullable: true,
      description: "Why it was left out.",
    }),
    problems: t.field({
      type: [FeedLineProblemRef],
      description: "What the package said about it when it was sent last.",
      resolve: ({ problems }) => [...problems],
    }),
    arrivedOn: t.expose("arrivedOn", {
      type: "LocalDate",
      nullable: true,
      description: "The day that the books have.",
    }),
    arrivedAmount: t.field({
      type: MoneyType,
      nullable: true,
      description: "The amount that the books have.",
      resolve: (line) => moneyOf(line, line.arrivedMinor),
    }),
    arrivedDescription: t.exposeString("arrivedDescription", {
      nullable: true,
      description: "The words that the books have.",
    }),
    checkedAt: t.expose("checkedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last looked for in the books.",
    }),
  }),
});

export const FeedLineConnection = pageType(
  "FeedLine",
  FeedLineRef,
  {
    row: "a line of a feed",
    page: "lines of a feed, the last sent first; due ones in their order",
  },
  shownLineCursor,
);

function moneyOf({ currency }: ShownLine, amountMinor: bigint | null): Money | null {
  return amountMinor === null ? null : money(amountMinor, currency);
}
