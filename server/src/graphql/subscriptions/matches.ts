import type { StreamedEvent } from "../../events/stream.ts";
import { loadOpenItem } from "../../features/documents/schema/loaders.ts";
import { OpenItemRef } from "../../features/documents/schema/refs.ts";
import { loadMatch } from "../../features/reconciliation/schema/loaders.ts";
import { MatchRef } from "../../features/reconciliation/schema/refs.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, LiveEvent, loadAll } from "../live-event.ts";

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
