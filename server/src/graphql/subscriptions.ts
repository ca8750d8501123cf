import type { StreamedEvent } from "../events/stream.ts";
import type { Topic } from "../events/topics.ts";
import { listAnnouncements } from "../features/announcements/list-announcements.ts";
import { AnnouncementRef } from "../features/announcements/schema/refs.ts";
import { loadConnection } from "../features/connections/schema/loaders.ts";
import { BankConnectionRef } from "../features/connections/schema/refs.ts";
import { loadSyncRun, SyncRunRef } from "../features/connections/schema/sync-run.ts";
import { readDashboard } from "../features/dashboard/read-dashboard.ts";
import { DashboardType } from "../features/dashboard/schema.ts";
import { loadOpenItem } from "../features/documents/schema/loaders.ts";
import { OpenItemRef } from "../features/documents/schema/refs.ts";
import { loadMatch } from "../features/reconciliation/schema/loaders.ts";
import { MatchRef } from "../features/reconciliation/schema/refs.ts";
import { MatchingRunRef } from "../features/reconciliation/schema/run.ts";
import { loadMatchingRun } from "../features/reconciliation/schema/run-loaders.ts";
import { loadReplay } from "../features/replays/schema/loaders.ts";
import { MatchReplayRef } from "../features/replays/schema/replay.ts";
import { loadImport } from "../features/statements/schema/loaders.ts";
import { ImportBatchRef } from "../features/statements/schema/refs.ts";
import { loadTransaction } from "../features/transactions/schema/loaders.ts";
import { BankTransactionRef } from "../features/transactions/schema/refs.ts";
import { builder } from "./builder.ts";
import { viewerOf } from "./context.ts";
import { afterArg, eventOf, follow, LiveEvent } from "./live-event.ts";

builder.queryField("eventCursor", (t) =>
  t.field({
    type: "Cursor",
    description:
      "Where the organisation's event log ends now. Ask for it beside what you load, and subscribe after it: " +
      "nothing between the two is missed.",
    resolve: (_root, _args, context) => context.app.hub.cursor(viewerOf(context).organisationId),
  }),
);

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

const MatchesChanged = builder.objectRef<StreamedEvent>("MatchesChanged").implement({
  description: "Matches have been made or voided, or open items have changed.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    matches: t.field({
      type: [MatchRef],
      description: "The matches made or voided, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "matches.changed");
        return loadAll(event?.matchIds, (id) => loadMatch(context, id));
      },
    }),
    openItems: t.field({
      type: [OpenItemRef],
      description: "The open items concerned, as they are now.",
      resolve: (streamed, _args, context) => {
        const event =
          eventOf(streamed, "matches.changed") ?? eventOf(streamed, "open_items.changed");
        return loadAll(event?.openItemIds, (id) => loadOpenItem(context, id));
      },
    }),
  }),
});

builder.subscriptionField("matchesChanged", (t) =>
  t.field({
    type: MatchesChanged,
    description:
      "Matches and open items as they change. Needs transactions:read and open_items:read.",
    args: { after: t.arg(afterArg) },
    subscribe: (_root, { after }, context) =>
      follow(context, {
        permissions: ["transactions:read", "open_items:read"],
        after,
        accepts: ({ topic }) =>
          topic === "matches.changed" ||
          topic === "open_items.changed" ||
          topic === "bank_transactions.many_changed",
      }),
    // A large run does not name each match.
    resolve: (streamed): StreamedEvent =>
      eventOf(streamed, "bank_transactions.many_changed")
        ? { kind: "refetch", seq: streamed.seq }
        : streamed,
  }),
);

const DashboardChanged = builder.objectRef<StreamedEvent>("DashboardChanged").implement({
  description: "The dashboard's figures have changed.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    dashboard: t.field({
      type: DashboardType,
      nullable: true,
      description: "The figures as they are now.",
      resolve: ({ kind }, _args, context) =>
        kind === "refetch" ? null : readDashboard(context.app, viewerOf(context)),
    }),
  }),
});

/** What changes none of the dashboard's figures. */
const withoutFigures: ReadonlySet<Topic> = new Set([
  "sync.progressed",
  "announcements.changed",
  "imports.changed",
  "matching.changed",
]);

builder.subscriptionField("dashboardChanged", (t) =>
  t.field({
    type: DashboardChanged,
    description:
      "The dashboard's figures as they change, at most a few times a second: only the newest count. " +
      "Needs transactions:read and open_items:read.",
    args: { after: t.arg(afterArg) },
    subscribe: (_root, { after }, context) =>
      follow(context, {
        permissions: ["transactions:read", "open_items:read"],
        after,
        accepts: ({ topic }) => !withoutFigures.has(topic),
        latestOnly: true,
      }),
    resolve: (streamed) => streamed,
  }),
);

const AnnouncementsUpdate = builder.objectRef<StreamedEvent>("AnnouncementsUpdate").implement({
  description: "Something has been announced, settled or dismissed.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    announcements: t.field({
      type: [AnnouncementRef],
      description: "All that are open now, newest first.",
      resolve: ({ kind }, _args, context) =>
        kind === "refetch" ? [] : listAnnouncements(context.app, viewerOf(context)),
    }),
  }),
});

builder.subscriptionField("announcementsChanged", (t) =>
  t.field({
    type: AnnouncementsUpdate,
    description:
      "The open announcements as they change: only the newest state counts. Needs bank_connections:read.",
    args: { after: t.arg(afterArg) },
    subscribe: (_root, { after }, context) =>
      follow(context, {
        permissions: ["bank_connections:read"],
        after,
        accepts: ({ topic }) => topic === "announcements.changed",
        latestOnly: true,
      }),
    resolve: (streamed) => streamed,
  }),
);

const ImportBatchesChanged = builder.objectRef<StreamedEvent>("ImportBatchesChanged").implement({
  description: "Imports have begun, gone on or ended.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    batches: t.field({
      type: [ImportBatchRef],
      description: "They, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "imports.changed");
        return loadAll(event?.batchIds, (id) => loadImport(context, id));
      },
    }),
  }),
});

builder.subscriptionField("importBatchesChanged", (t) =>
  t.field({
    type: ImportBatchesChanged,
    description: "Imports as they are read, written and undone. Needs transactions:read.",
    args: {
      after: t.arg(afterArg),
      id: t.arg.id({ description: "Only this import." }),
    },
    subscribe: (_root, { after, id }, context) =>
      follow(context, {
        permissions: ["transactions:read"],
        after,
        accepts: (event) =>
          event.topic === "imports.changed" &&
          event.batchIds.some((batchId) => isAsked(batchId, id)),
      }),
    resolve: (streamed) => streamed,
  }),
);

const MatchingChanged = builder.objectRef<StreamedEvent>("MatchingChanged").implement({
  description:
    "Runs of automatic matching have begun, gone on, ended or been undone; replays have begun, gone on or ended.",
  interfaces: [LiveEvent],
  fields: (t) => ({
    runs: t.field({
      type: [MatchingRunRef],
      description: "They, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "matching.changed");
        return loadAll(event?.runIds, (id) => loadMatchingRun(context, id));
      },
    }),
    replays: t.field({
      type: [MatchReplayRef],
      description: "Replays that have begun, gone on or ended, as they are now.",
      resolve: (streamed, _args, context) => {
        const event = eventOf(streamed, "matching.changed");
        return loadAll(event?.replayIds, (id) => loadReplay(context, id));
      },
    }),
  }),
});

builder.subscriptionField("matchingChanged", (t) =>
  t.field({
    type: MatchingChanged,
    description: "Runs of automatic matching, and replays, as they go on. Needs transactions:read.",
    args: { after: t.arg(afterArg) },
    subscribe: (_root, { after }, context) =>
      follow(context, {
        permissions: ["transactions:read"],
        after,
        accepts: ({ topic }) => topic === "matching.changed",
      }),
    resolve: (streamed) => streamed,
  }),
);

/** What the ids name, in their order. */
async function loadAll<Value>(
  ids: readonly string[] = [],
  load: (id: string) => Promise<Value | undefined>,
): Promise<Value[]> {
  const found = await Promise.all(ids.map(load));
  return found.filter((value) => value !== undefined);
}

/** Ids are compared as the database does, which takes them in any case. */
function isAsked(id: string, asked: string | null | undefined): boolean {
  return asked === null || asked === undefined || asked.toLowerCase() === id;
}
