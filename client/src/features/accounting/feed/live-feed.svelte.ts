import { coalesce } from "../../../lib/coalesce.ts";
import { live } from "../../../lib/live.svelte.ts";
import { FeedChangedDocument } from "./documents.ts";

interface Options {
  feedId: () => string;
  connectionId: () => string | undefined;
  after: () => string | undefined;
  /** Reads what events don't carry: figures, previews, lists. */
  reload: () => void;
}

/**
 * Keeps one feed as it is on the server. How it and its pushes stand comes with the event into the cache; what is
 * counted is asked for anew, once for many events.
 */
export function liveFeed({ feedId, connectionId, after, reload }: Options): void {
  const reloadSoon = coalesce(reload);
  live(FeedChangedDocument, {
    variables: () => {
      const id = connectionId();
      return id === undefined ? null : { connectionId: id };
    },
    after,
    onRefetch: reload,
    onEvent: ({ connections, feeds, operations }) => {
      const own =
        connections.length > 0 ||
        feeds.some(({ id }) => id === feedId()) ||
        operations.some(({ feed }) => feed.id === feedId());
      if (own) reloadSoon();
    },
  });
}
