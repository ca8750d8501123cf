import { coalesce } from "../../lib/coalesce.ts";
import { plural } from "../../lib/format.ts";
import { live } from "../../lib/live.svelte.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { ConnectionChangedDocument, SyncProgressDocument, type SyncRun } from "./documents.ts";

interface Options {
  id?: () => string;
  after: () => string | undefined;
  /** A connection that isn't on the screen yet, or is gone: load the list again. */
  reload: () => void;
  isKnown?: (id: string) => boolean;
  /** For what the event doesn't carry, such as the timeline. */
  onChange?: () => void;
  onSyncFinished?: () => void;
}

/**
 * Keeps connections and their syncs as they are on the server. What changes in a connection comes
 * with the event into the cache; only lists must be loaded again when one joins or leaves.
 */
export function liveConnections({
  id,
  after,
  reload,
  isKnown,
  onChange,
  onSyncFinished,
}: Options): void {
  const reloadSoon = coalesce(reload);
  const changeSoon = onChange && coalesce(onChange);
  live(ConnectionChangedDocument, {
    variables: () => ({ id: id?.() ?? null }),
    after,
    onRefetch: reload,
    onEvent: (event) => {
      const connection = event.connection;
      if (!connection || connection.status === "DELETED") reloadSoon();
      else if (isKnown && !isKnown(connection.id)) reloadSoon();
      else changeSoon?.();
    },
  });
  live(SyncProgressDocument, {
    variables: () => ({ connectionId: id?.() ?? null }),
    after,
    onRefetch: reload,
    onEvent: (event) => {
      const run = event.run;
      if (!run || run.status === "RUNNING") return;
      if (run.trigger === "MANUAL") tellOutcome(run);
      onSyncFinished?.();
    },
  });
}

function tellOutcome({ status, added, problem }: SyncRun): void {
  if (status === "FAILED")
    toast.error(problem ?? "The bank couldn't be reached. It is tried again.");
  else if (added === 0) toast.success("Synced: nothing new at the bank");
  else toast.success(`Synced: ${plural(added, "new transaction")}`);
}
