import { coalesce } from "../../lib/coalesce.ts";
import { live } from "../../lib/live.svelte.ts";
import { AccountingChangedDocument } from "./documents.ts";

interface Options {
  /** Only of this company's books; null: it is not known yet which. */
  id?: () => string | null;
  after: () => string | undefined;
  /** Brings what events don't carry: figures, and feeds that are new. */
  reload: () => void;
}

/**
 * Keeps companies' books and their feeds as they are on the server. How they stand comes with the event into the cache;
 * their figures are asked for anew, once for many events.
 */
export function liveBooks({ id, after, reload }: Options): void {
  live(AccountingChangedDocument, {
    variables: () => {
      const connectionId = id?.();
      return connectionId === null ? null : { connectionId: connectionId ?? null };
    },
    after,
    onRefetch: reload,
    onEvent: coalesce(reload),
  });
}
