import type { StreamedEvent } from "../../events/stream.ts";
import {
  loadAccountingConnection,
  loadFeed,
  loadOperation,
} from "../../features/accounting/schema/loaders.ts";
import {
  AccountingConnectionRef,
  FeedAccountRef,
  PushOperationRef,
} from "../../features/accounting/schema/refs.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, isAsked, LiveEvent, loadAll } from "../live-event.ts";

const AccountingChanged = builder.objectRef<StreamedEvent>("AccountingChanged").implement({
  description: "Accounting connections, feeds or pushes are new, or have changed.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    connections: t.field({
      type: [AccountingConnectionRef],
      description: "The accounting connections concerned, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "accounting.changed");
        return loadAll(event?.connectionIds, (id) => loadAccountingConnection(context, id));
      },
    }),
    feeds: t.field({
      type: [FeedAccountRef],
      description: "The feeds concerned, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "accounting.changed");
        return loadAll(event?.feedIds, (id) => loadFeed(context, id));
      },
    }),
    operations: t.field({
      type: [PushOperationRef],
      description: "The pushes concerned, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "accounting.changed");
        return loadAll(event?.operationIds, (id) => loadOperation(context, id));
      },
    }),
  }),
});

builder.subscriptionField("accountingChanged", (t) =>
  t.field({
    type: AccountingChanged,
    description:
      "Accounting connections, feeds and pushes as they change. Needs bank_connections:read.",
    args: {
      after: t.arg(afterArg),
      connectionId: t.arg.id({ description: "Only this accounting connection's." }),
    },
    subscribe: (_root, { after, connectionId }, context) =>
      follow(context, {
        permissions: ["bank_connections:read"],
        after,
        accepts: (event) =>
          event.topic === "accounting.changed" &&
          (connectionId == null || event.connectionIds.some((id) => isAsked(id, connectionId))),
      }),
    resolve: (streamed) => streamed,
  }),
);
