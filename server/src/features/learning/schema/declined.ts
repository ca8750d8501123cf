import { assert } from "../../../core/assert.ts";
import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { loadOpenItem } from "../../documents/schema/loaders.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { pageSizeMax } from "../../paging.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import {
  type DeclinedPair,
  type DeclinedTransfer,
  declinedPairCursor,
  listDeclinedPairs,
  listDeclinedTransfers,
} from "../declined.ts";
import { forgetDeclinedPair, forgetDeclinedTransfer } from "../forget-declined.ts";

const DeclinedPairRef = builder.objectRef<DeclinedPair>("DeclinedPair");

DeclinedPairRef.implement({
  description: "That an open item is not what a bank transaction paid: it is not suggested again.",
  fields: (t) => ({
    transaction: t.field({
      type: BankTransactionRef,
      description: "The bank transaction.",
      resolve: ({ transactionId }, _args, context) => lineOf(context, transactionId),
    }),
    openItem: t.field({
      type: OpenItemRef,
      description: "What it did not pay. Needs open_items:read.",
      resolve: async ({ openItemId }, _args, context) => {
        const item = await loadOpenItem(context, openItemId);
        assert(item, "a declined pair has an open item");
        return item;
      },
    }),
    declinedBy: t.exposeString("declinedBy", {
      description: "Who said so, as called at the time.",
    }),
    declinedAt: t.expose("declinedAt", { type: "DateTime", description: "When." }),
  }),
});

const DeclinedTransferRef = builder.objectRef<DeclinedTransfer>("DeclinedTransfer");

DeclinedTransferRef.implement({
  description: "That two lines of own accounts are no transfer: they are not found again.",
  fields: (t) => ({
    out: t.field({
      type: BankTransactionRef,
      description: "The line that took money out.",
      resolve: ({ outTransactionId }, _args, context) => lineOf(context, outTransactionId),
    }),
    in: t.field({
      type: BankTransactionRef,
      description: "The line that brought money in.",
      resolve: ({ inTransactionId }, _args, context) => lineOf(context, inTransactionId),
    }),
    declinedBy: t.exposeString("declinedBy", {
      description: "Who said so, as called at the time.",
    }),
    declinedAt: t.expose("declinedAt", { type: "DateTime", description: "When." }),
  }),
});

async function lineOf(context: Context, id: string) {
  const line = await loadTransaction(context, id);
  assert(line, "what was declined has a bank transaction");
  return line;
}

const DeclinedPairConnection = pageType(
  "DeclinedPair",
  DeclinedPairRef,
  { row: "a declined pair", page: "declined pairs, the last declined first" },
  declinedPairCursor,
);

builder.queryFields((t) => ({
  declinedPairs: t.field({
    type: DeclinedPairConnection,
    description: "Pairs that people declined or took apart. Needs transactions:read.",
    args: {
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A declined pair's cursor: the page begins behind it." }),
    },
    resolve: (_root, page, context) => listDeclinedPairs(context.app, viewerOf(context), page),
  }),
  declinedTransfers: t.field({
    type: [DeclinedTransferRef],
    description: "Transfers that people declined, the last first. Needs transactions:read.",
    args: { first: t.arg.int({ defaultValue: 50, description: "So many, up to 200." }) },
    resolve: (_root, { first }, context) =>
      listDeclinedTransfers(
        context.app,
        viewerOf(context),
        Math.min(Math.max(first ?? 50, 0), pageSizeMax),
      ),
  }),
}));

const transactionId = { required: true, description: "The bank transaction's id." } as const;

builder.mutationFields((t) => ({
  forgetDeclinedPair: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Lets an open item be suggested for a bank transaction again, and matched. Needs matching:manage.",
    args: {
      transactionId: t.arg.id(transactionId),
      openItemId: t.arg.id({ required: true, description: "The open item's id." }),
    },
    resolve: (_root, pair, context) => forgetDeclinedPair(context.app, viewerOf(context), pair),
  }),
  forgetDeclinedTransfer: t.field({
    type: DeclinedTransferRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Lets two lines be found as a transfer again. Needs matching:manage.",
    args: {
      outTransactionId: t.arg.id({ required: true, description: "The id of the line out." }),
      inTransactionId: t.arg.id({ required: true, description: "The id of the line in." }),
    },
    resolve: (_root, pair, context) => forgetDeclinedTransfer(context.app, viewerOf(context), pair),
  }),
}));
