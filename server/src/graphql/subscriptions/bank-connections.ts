import type { StreamedEvent } from "../../events/stream.ts";
import { loadConnection } from "../../features/connections/schema/loaders.ts";
import { BankConnectionRef } from "../../features/connections/schema/refs.ts";
import { loadSyncRun, SyncRunRef } from "../../features/connections/schema/sync-run.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, isAsked, LiveEvent } from "../live-event.ts";

const BankConnectionChanged = builder.objectRef<StreamedEvent>("BankConnectionChanged").implement({
  description: "A bank connection, its accounts or its status have changed.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    connection: t.field({
      type: BankConnectionRef,
      nullable: true,
      description: "The bank connection as it is now.",
      resolve: async (streamed, _args, context) => {
        const event = eventOf(streamed, "bank_connection.changed");
        return event ? ((await loadConnection(context, event.connectionId)) ?? null) : null;
      },
    }),
  }),
});

builder.subscriptionField("bankConnectionChanged", (t) =>
  t.field({
    type: BankConnectionChanged,
    description: "Bank connections as they change. Needs bank_connections:read.",
    args: {
      after: t.arg(afterArg),
      id: t.arg.id({ description: "Only this bank connection." }),
    },
    subscribe: (_root, { after, id }, context) =>
      follow(context, {
        permissions: ["bank_connections:read"],
        after,
        accepts: (event) =>
          event.topic === "bank_connection.changed" && isAsked(event.connectionId, id),
      }),
    resolve: (streamed) => streamed,
  }),
);

const SyncProgressed = builder.objectRef<StreamedEvent>("SyncProgressed").implement({
  description: "A sync has begun, brought a page, or ended.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    run: t.field({
      type: SyncRunRef,
      nullable: true,
      description: "The sync as it stands now.",
      resolve: async (streamed, _args, context) => {
        const event = eventOf(streamed, "sync.progressed");
        return event ? ((await loadSyncRun(context, event.runId)) ?? null) : null;
      },
    }),
  }),
});

builder.subscriptionField("syncProgress", (t) =>
  t.field({
    type: SyncProgressed,
    description: "Syncs as they go on. Needs bank_connections:read.",
    args: {
      after: t.arg(afterArg),
      connectionId: t.arg.id({ description: "Only this bank connection's." }),
    },
    subscribe: (_root, { after, connectionId }, context) =>
      follow(context, {
        permissions: ["bank_connections:read"],
        after,
        accepts: (event) =>
          event.topic === "sync.progressed" && isAsked(event.connectionId, connectionId),
      }),
    resolve: (streamed) => streamed,
  }),
);
