import type { StreamedEvent } from "../../events/stream.ts";
import { listAnnouncements } from "../../features/announcements/list-announcements.ts";
import { AnnouncementRef } from "../../features/announcements/schema/refs.ts";
import { builder } from "../builder.ts";
import { viewerOf } from "../context.ts";
import { afterArg, follow, LiveEvent } from "../live-event.ts";

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
