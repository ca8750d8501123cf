import { builder } from "../../../graphql/builder.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import type { TransactionInFeed } from "../lines/read-in-feeds.ts";
import { loadInFeeds } from "./loaders.ts";
import { FeedAccountRef, FeedLineRef } from "./refs.ts";

const TransactionInFeedRef = builder.objectRef<TransactionInFeed>("TransactionInFeed").implement({
  description: "How a bank transaction stands in one feed of its account.",
  fields: (t) => ({
    feed: t.field({
      type: FeedAccountRef,
      description: "The feed.",
      resolve: ({ feed }) => feed,
    }),
    line: t.field({
      type: FeedLineRef,
      nullable: true,
      description: "It as a line of the feed; null where it has never been in it.",
      resolve: ({ line }) => line,
    }),
    heldBack: t.exposeString("heldBack", {
      nullable: true,
      description:
        "Why the next push leaves it, as a sentence. Null where it goes, has gone, was refused or left out.",
    }),
  }),
});

builder.objectField(BankTransactionRef, "feeds", (t) =>
  t.field({
    type: [TransactionInFeedRef],
    description:
      "Where it went in the books, and what keeps it: each feed of its account, of those that have ended only where it " +
      "went. Needs bank_connections:read.",
    resolve: async ({ id }, _args, context) => (await loadInFeeds(context, id)) ?? [],
  }),
);
