import type { StreamedEvent } from "../../events/stream.ts";
import { MatchingRunRef } from "../../features/reconciliation/schema/run.ts";
import { loadMatchingRun } from "../../features/reconciliation/schema/run-loaders.ts";
import { loadReplay } from "../../features/replays/schema/loaders.ts";
import { MatchReplayRef } from "../../features/replays/schema/replay.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, LiveEvent, loadAll } from "../live-event.ts";

const MatchingChanged = builder.objectRef<StreamedEvent>("MatchingChanged").implement({
  description:
    "Runs of automatic matching have begun, gone on, ended or been undone; replays have begun, gone on or ended; " +
    "exchange rates have changed.",
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
    rates: t.boolean({
      description: "Whether exchange rates were loaded or deleted: then ask for them again.",
      resolve: (streamed) => eventOf(streamed, "matching.changed")?.rates ?? false,
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
