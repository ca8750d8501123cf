import type { StreamedEvent } from "../../events/stream.ts";
import { loadTransaction } from "../../features/transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../features/transactions/schema/refs.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, LiveEvent, loadAll } from "../live-event.ts";

const BankTransactionsChanged = builder
  .objectRef<StreamedEvent>("BankTransactionsChanged")
  .implement({
    description: "Bank transactions have come, changed or gone.",
    interfaces: [LiveEvent],
    fields: (t) => ({
      added: t.field({
        type: [BankTransactionRef],
        description: "Those that are new, as they are now.",
        resolve: (streamed, _args, context) => {
          const event = eventOf(streamed, "bank_transactions.changed");
          return loadAll(event?.added, (id) => loadTransaction(context, id));
        },
      }),
      changed: t.field({
        type: [BankTransactionRef],
        description: "Those that the bank or somebody here changed, as they are now.",
        resolve: (streamed, _args, context) => {
          const event = eventOf(streamed, "bank_transactions.changed");
          return loadAll(event?.changed, (id) => loadTransaction(context, id));
        },
      }),
      removedIds: t.idList({
        description: "Those that the bank has taken back.",
        resolve: (streamed) => eventOf(streamed, "bank_transactions.changed")?.removed ?? [],
      }),
    }),
  });

builder.subscriptionField("bankTransactionsChanged", (t) =>
  t.field({
    type: BankTransactionsChanged,
    description: "Bank transactions as they come, change and go. Needs transactions:read.",
    args: { after: t.arg(afterArg) },
    subscribe: (_root, { after }, context) =>
      follow(context, {
        permissions: ["transactions:read"],
        after,
        accepts: ({ topic }) =>
          topic === "bank_transactions.changed" || topic === "bank_transactions.many_changed",
      }),
    // More than is worth telling one by one: the same as having missed it.
    resolve: (streamed): StreamedEvent =>
      eventOf(streamed, "bank_transactions.many_changed")
        ? { kind: "refetch", seq: streamed.seq }
        : streamed,
  }),
);
