import type { StreamedEvent } from "../../events/stream.ts";
import type { Topic } from "../../events/topics.ts";
import { readDashboard } from "../../features/dashboard/read-dashboard.ts";
import { DashboardType } from "../../features/dashboard/schema.ts";
import { builder } from "../builder.ts";
import { viewerOf } from "../context.ts";
import { afterArg, follow, LiveEvent } from "../live-event.ts";

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
  "accounting.changed",
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
