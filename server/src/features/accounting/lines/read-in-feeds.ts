import type { App } from "../../../app.ts";
import { utcDay } from "../../../core/dates.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import type { Feed } from "../feed.ts";
import type { FeedLine } from "./feed-line.ts";
import { type HoldOf, holdsOfFeed } from "./holds-of-feed.ts";
import { isThere, readStanding, type Standing } from "./standing-in-feeds.sql.ts";

/** How one bank transaction stands in one feed of its account. */
export interface TransactionInFeed {
  readonly feed: Feed;
  /** Null: it has never been in it. */
  readonly line: FeedLine | null;
  /** Why the next push leaves it, as a sentence; null where it goes, has gone, or `line` says it all. */
  readonly heldBack: string | null;
}

/**
 * Where bank transactions went in the books, and what keeps those that did not go. Feeds that have ended are told of
 * only where the transaction went with them.
 * @throws Forbidden
 */
export async function readInFeeds(
  app: App,
  viewer: Viewer,
  transactionIds: readonly string[],
): Promise<Map<string, TransactionInFeed[]>> {
  authorise(viewer, "transactions:read");
  authorise(viewer, "bank_connections:read");
  const today = utcDay(app.now());
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    const holds = new Map<string, HoldOf>();
    const found = new Map<string, TransactionInFeed[]>();
    for (const standing of await readStanding(sql, transactionIds)) {
      const { feed, line, transaction } = standing;
      const unsent = isUnsent(standing);
      if (unsent === null) continue;
      if (unsent && !holds.has(feed.id)) {
        holds.set(feed.id, await holdsOfFeed(app, sql, feed, today));
      }
      const heldBack = unsent ? (holds.get(feed.id)?.(transaction) ?? null) : null;
      const entry = { feed, line, heldBack };
      found.set(transaction.id, [...(found.get(transaction.id) ?? []), entry]);
    }
    return found;
  });
}

/** Whether a push would look at it; null where there is nothing to tell of it in this feed. */
function isUnsent({ feed, line, transaction, thereBefore }: Standing): boolean | null {
  if (line !== null && isThere(line.state)) return false;
  if (feed.status === "disconnected" || transaction.removed || thereBefore) return null;
  return line === null || line.state === "released";
}
