import type { EventStream, StreamedEvent } from "../events/stream.ts";
import type { DomainEvent, Topic } from "../events/topics.ts";
import type { Permission } from "../features/permissions.ts";
import { authorise } from "../features/viewer.ts";
import { builder } from "./builder.ts";
import { type Context, viewerOf } from "./context.ts";

builder.queryField("eventCursor", (t) =>
  t.field({
    type: "Cursor",
    description:
      "Where the organisation's event log ends now. Ask for it beside what you load, and subscribe after it: " +
      "nothing between the two is missed.",
    resolve: (_, __, context) => context.app.hub.cursor(viewerOf(context).organisationId),
  }),
);

const LiveEvent = builder.interfaceRef<StreamedEvent>("LiveEvent").implement({
  description: "What every live event says.",
  fields: (t) => ({
    cursor: t.field({
      type: "Cursor",
      description: "Where in the log this is. Subscribe again after it, and nothing is missed.",
      resolve: ({ seq }) => seq,
    }),
    refetch: t.boolean({
      description:
        "True when events before this one cannot be told any more, or there were too many: load again. The rest " +
        "of this event is then empty.",
      resolve: ({ kind }) => kind === "refetch",
    }),
  }),
});

const after = {
  description: "The cursor of the last event seen, or of `eventCursor`; without it, from now on.",
} as const;

const BankTransactionsChanged = builder.objectRef<StreamedEvent>("BankTransactionsChanged");
BankTransactionsChanged.implement({
  description: "Bank transactions have come, changed or gone.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    removedIds: t.idList({
      description: "Those that the bank has taken back.",
      resolve: (streamed) => of(streamed, "bank_transactions.changed")?.removed ?? [],
    }),
  }),
});

builder.subscriptionField("bankTransactionsChanged", (t) =>
  t.field({
    type: BankTransactionsChanged,
    description: "Bank transactions as they come, change and go.",
    args: { after: t.arg({ type: "Cursor", ...after }) },
    subscribe: (_, args, context) =>
      follow(context, "transactions:read", args.after, {
        accepts: ({ topic }) => topic === "bank_transactions.changed",
      }),
    resolve: (event) => event,
  }),
);

const BankConnectionChanged = builder.objectRef<StreamedEvent>("BankConnectionChanged");
BankConnectionChanged.implement({
  description: "A bank connection, its accounts or its status have changed.",
  interfaces: [LiveEvent],
});

builder.subscriptionField("bankConnectionChanged", (t) =>
  t.field({
    type: BankConnectionChanged,
    description: "Bank connections as they change.",
    args: {
      after: t.arg({ type: "Cursor", ...after }),
      id: t.arg.id({ description: "Only this connection." }),
    },
    subscribe: (_, args, context) =>
      follow(context, "bank_connections:read", args.after, {
        accepts: (event) =>
          event.topic === "bank_connection.changed" && (!args.id || event.connectionId === args.id),
      }),
    resolve: (event) => event,
  }),
);

const SyncProgressed = builder.objectRef<StreamedEvent>("SyncProgressed");
SyncProgressed.implement({
  description: "A sync has begun, brought a page, or ended.",
  interfaces: [LiveEvent],
});

builder.subscriptionField("syncProgress", (t) =>
  t.field({
    type: SyncProgressed,
    description: "Syncs as they go on.",
    args: {
      after: t.arg({ type: "Cursor", ...after }),
      connectionId: t.arg.id({ description: "Only this connection's." }),
    },
    subscribe: (_, args, context) =>
      follow(context, "bank_connections:read", args.after, {
        accepts: (event) =>
          event.topic === "sync.progressed" &&
          (!args.connectionId || event.connectionId === args.connectionId),
      }),
    resolve: (event) => event,
  }),
);

const MatchesChanged = builder.objectRef<StreamedEvent>("MatchesChanged");
MatchesChanged.implement({
  description: "Matches have been made or voided, or open items have changed.",
  interfaces: [LiveEvent],
});

builder.subscriptionField("matchesChanged", (t) =>
  t.field({
    type: MatchesChanged,
    description: "Matches and open items as they change.",
    args: { after: t.arg({ type: "Cursor", ...after }) },
    subscribe: (_, args, context) =>
      follow(context, "transactions:read", args.after, {
        accepts: ({ topic }) => topic === "matches.changed" || topic === "open_items.changed",
      }),
    resolve: (event) => event,
  }),
);

const DashboardChanged = builder.objectRef<StreamedEvent>("DashboardChanged");
DashboardChanged.implement({
  description: "The dashboard's figures have changed.",
  interfaces: [LiveEvent],
});

builder.subscriptionField("dashboardChanged", (t) =>
  t.field({
    type: DashboardChanged,
    description:
      "The dashboard's figures as they change, at most a few times a second: only the newest counts.",
    args: { after: t.arg({ type: "Cursor", ...after }) },
    subscribe: (_, args, context) =>
      follow(context, "transactions:read", args.after, {
        accepts: ({ topic }) => topic !== "sync.progressed",
        latestOnly: true,
      }),
    resolve: (event) => event,
  }),
);

/** Follows the viewer's organisation. @throws NotSignedIn, Forbidden */
function follow(
  context: Context,
  permission: Permission,
  from: bigint | null | undefined,
  wanted: { accepts: (event: DomainEvent) => boolean; latestOnly?: boolean },
): EventStream {
  const viewer = viewerOf(context);
  authorise(viewer, permission);
  return context.app.hub.follow(viewer.organisationId, { after: from ?? null, ...wanted });
}

/** The event, where it is of this topic. */
function of<Name extends Topic>(
  streamed: StreamedEvent,
  topic: Name,
): Extract<DomainEvent, { topic: Name }> | null {
  if (streamed.kind === "refetch" || streamed.event.topic !== topic) return null;
  return streamed.event as Extract<DomainEvent, { topic: Name }>;
}
