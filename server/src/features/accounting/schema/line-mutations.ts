import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { leaveOutFeedLine, putBackFeedLine } from "../lines/leave-out-feed-line.ts";
import { reviseFeedLine } from "../lines/revise-feed-line.ts";
import { FeedLineRef } from "./refs.ts";

const feedId = { required: true, description: "The feed's id." } as const;
const transactionId = { required: true, description: "The bank transaction's id." } as const;

builder.mutationFields((t) => ({
  reviseFeedLine: t.field({
    type: FeedLineRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says what is sent in place of the bank's words; a line that was refused goes again. The bank transaction stays as " +
      "it is. Needs accounting:manage.",
    args: {
      feedId: t.arg.id(feedId),
      transactionId: t.arg.id(transactionId),
      description: t.arg.string({ description: "The words; the bank's if left out or empty." }),
      counterpartyName: t.arg.string({
        description: "Who paid or was paid; as the bank says if left out or empty.",
      }),
      reference: t.arg.string({
        description: "The reference; as it would be otherwise if left out or empty.",
      }),
    },
    resolve: (_root, args, context) => {
      const { description = null, counterpartyName = null, reference = null } = args;
      return reviseFeedLine(context.app, viewerOf(context), args, {
        ...{ description, counterpartyName, reference },
      });
    },
  }),
  leaveOutFeedLine: t.field({
    type: FeedLineRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: "Leaves a line out of a feed: it is not pushed. Needs accounting:manage.",
    args: {
      feedId: t.arg.id(feedId),
      transactionId: t.arg.id(transactionId),
      reason: t.arg.string({ required: true, description: "Why, up to 500 characters." }),
    },
    resolve: (_root, { reason, ...key }, context) =>
      leaveOutFeedLine(context.app, viewerOf(context), key, reason),
  }),
  putBackFeedLine: t.field({
    type: FeedLineRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Puts a line back that was left out, or that was pushed and is missing in the books: it is due again. Needs accounting:manage.",
    args: { feedId: t.arg.id(feedId), transactionId: t.arg.id(transactionId) },
    resolve: (_root, key, context) => putBackFeedLine(context.app, viewerOf(context), key),
  }),
}));
