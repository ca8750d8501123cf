import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { ProblemInterface } from "../../../graphql/problems.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { bookStandalone } from "../book-standalone.ts";
import { allocationsMax, confirmMatch } from "../confirm-match.ts";
import { declineCandidate } from "../decline-candidate.ts";
import { excludeTransaction, includeTransaction } from "../exclude-transaction.ts";
import { MatchProblem } from "../match-problem.ts";
import type { ChangedByMatch } from "../read-changed.ts";
import { voidMatch } from "../void-match.ts";
import { PaymentKindType } from "./match.ts";
import { MatchRef } from "./refs.ts";

builder.objectType(MatchProblem, {
  name: "MatchProblem",
  description: "The allocations do not fit together.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    transactionId: t.exposeID("transactionId", {
      nullable: true,
      description: "The bank transaction that it is about.",
    }),
    openItemId: t.exposeID("openItemId", {
      nullable: true,
      description: "The open item that it is about.",
    }),
    difference: t.field({
      type: MoneyType,
      nullable: true,
      description: "By how much too much is allocated.",
      resolve: ({ difference }) => difference,
    }),
  }),
});

const AllocationInput = builder.inputType("AllocationInput", {
  description:
    "One line of a match: a payment from a bank transaction to an open item, or a difference beside one.",
  fields: (t) => ({
    transactionId: t.id({ required: true, description: "The bank transaction's id." }),
    openItemId: t.id({ required: true, description: "The open item's id." }),
    amount: t.field({
      type: "Decimal",
      required: true,
      description:
        "What is put on the open item, in its currency. Above zero; zero for a difference that leaves the transaction.",
    }),
    kind: t.field({
      type: PaymentKindType,
      defaultValue: "payment",
      description: "A payment, or the kind of a difference beside one.",
    }),
    transactionAmount: t.field({
      type: "Decimal",
      description:
        "What is taken from the transaction, in its currency. Needed for a payment across currencies; otherwise a payment takes what it puts, and a difference nothing.",
    }),
  }),
});

const ConfirmedMatch = builder.objectRef<ChangedByMatch>("ConfirmedMatch");
const VoidedMatch = builder.objectRef<ChangedByMatch>("VoidedMatch");
for (const [ref, description] of [
  [ConfirmedMatch, "A match that was made, and both sides as they are now."],
  [VoidedMatch, "A match that was undone, and both sides as they are now."],
] as const) {
  ref.implement({
    description,
    fields: (t) => ({
      match: t.field({
        type: MatchRef,
        description: "The match.",
        resolve: ({ match }) => match,
      }),
      transactions: t.field({
        type: [BankTransactionRef],
        description: "Its bank transactions.",
        resolve: ({ transactions }) => [...transactions],
      }),
      openItems: t.field({
        type: [OpenItemRef],
        description: "Its open items.",
        resolve: ({ openItems }) => [...openItems],
      }),
    }),
  });
}

const transactionId = { required: true, description: "The bank transaction's id." } as const;

builder.mutationFields((t) => ({
  confirmMatch: t.field({
    type: ConfirmedMatch,
    errors: { types: [Forbidden, NotFound, MatchProblem, Conflict] },
    description:
      "Matches by hand: one or several bank transactions with one or several open items, in full or in part. Needs reconciliation:match.",
    args: {
      allocations: t.arg({
        type: [AllocationInput],
        required: true,
        description: `The amounts, 1 to ${allocationsMax}.`,
      }),
    },
    resolve: (_root, { allocations }, context) =>
      confirmMatch(context.app, viewerOf(context), allocations),
  }),
  bookStandalone: t.field({
    type: ConfirmedMatch,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Books a bank transaction without a document as an expense (money out) or income (money in) of its own: makes an open item of its amount in that category and matches the two. It goes with its match. Needs reconciliation:match, open_items:manage and transactions:categorise.",
    args: {
      transactionId: t.arg.id(transactionId),
      categoryId: t.arg.id({ required: true, description: "The category's id." }),
      description: t.arg.string({ description: "A note; left out, the bank's text." }),
    },
    resolve: (_root, { transactionId: id, categoryId, description }, context) =>
      bookStandalone(context.app, viewerOf(context), {
        transactionId: id,
        categoryId,
        description: description ?? null,
      }),
  }),
  voidMatch: t.field({
    type: VoidedMatch,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Undoes a match. Both sides return to what they were; the pairs of an automatic match are not proposed again. Needs reconciliation:match.",
    args: {
      id: t.arg.id({ required: true, description: "The match's id." }),
      reason: t.arg.string({ description: "Why." }),
    },
    resolve: (_root, { id, reason }, context) =>
      voidMatch(context.app, viewerOf(context), { id, reason: reason ?? null }),
  }),
  declineCandidate: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Says that an open item is not what a bank transaction paid: it is not suggested or matched again, until a person matches it by hand. Needs reconciliation:match.",
    args: {
      transactionId: t.arg.id(transactionId),
      openItemId: t.arg.id({ required: true, description: "The open item's id." }),
    },
    resolve: (_root, pair, context) => declineCandidate(context.app, viewerOf(context), pair),
  }),
  excludeTransaction: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Leaves an unmatched bank transaction out of reconciliation. Needs reconciliation:match.",
    args: {
      id: t.arg.id(transactionId),
      reason: t.arg.string({ required: true, description: "Why, as people will read it." }),
    },
    resolve: (_root, args, context) => excludeTransaction(context.app, viewerOf(context), args),
  }),
  includeTransaction: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description: "Takes an excluded bank transaction back in. Needs reconciliation:match.",
    args: { id: t.arg.id(transactionId) },
    resolve: (_root, { id }, context) => includeTransaction(context.app, viewerOf(context), id),
  }),
}));
