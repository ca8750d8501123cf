import type { StreamedEvent } from "../../events/stream.ts";
import { loadImport } from "../../features/statements/schema/loaders.ts";
import { ImportBatchRef } from "../../features/statements/schema/refs.ts";
import { builder } from "../builder.ts";
import { afterArg, eventOf, follow, isAsked, LiveEvent, loadAll } from "../live-event.ts";

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
