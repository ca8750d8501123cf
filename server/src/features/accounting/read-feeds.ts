import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { knownIdOr } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type FeedCheck, feedCheckColumns } from "./checks/feed-check.ts";
import { type Feed, feedColumns } from "./feed.ts";
import { type PushOperation, pushOperationColumns } from "./push/push-operation.ts";

/** Feeds by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readFeeds(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, Feed>> {
  authorise(viewer, "bank_connections:read");
  const rows = await read<Feed>(
    app,
    viewer,
    `SELECT ${feedColumns} FROM feed_account WHERE id = ANY ($1::uuid[])`,
    known(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The feeds of each connection, the oldest first; those that have ended last. @throws Forbidden */
export async function readFeedsOfConnections(
  app: App,
  viewer: Viewer,
  connectionIds: readonly string[],
): Promise<Map<string, Feed[]>> {
  authorise(viewer, "bank_connections:read");
  const rows = await read<Feed>(
    app,
    viewer,
    `SELECT ${feedColumns} FROM feed_account WHERE connection_id = ANY ($1::uuid[])
     ORDER BY disconnected_at NULLS FIRST, created_at, id`,
    known(connectionIds),
  );
  return grouped(rows, (row) => row.connectionId);
}

/** The operation that is under way in each feed, or whose fate is not known. @throws Forbidden */
export async function readUnderWay(
  app: App,
  viewer: Viewer,
  feedIds: readonly string[],
): Promise<Map<string, PushOperation>> {
  authorise(viewer, "bank_connections:read");
  const rows = await read<PushOperation>(
    app,
    viewer,
    `SELECT ${pushOperationColumns} FROM push_operation
     WHERE feed_account_id = ANY ($1::uuid[]) AND status IN ('sending', 'pending', 'timed_out')`,
    known(feedIds),
  );
  return new Map(rows.map((row) => [row.feedId, row]));
}

/** What was read back last of each feed. @throws Forbidden */
export async function readLastChecks(
  app: App,
  viewer: Viewer,
  feedIds: readonly string[],
): Promise<Map<string, FeedCheck>> {
  authorise(viewer, "bank_connections:read");
  const rows = await read<FeedCheck>(
    app,
    viewer,
    `SELECT c.* FROM unnest($1::uuid[]) AS f (id)
     CROSS JOIN LATERAL (SELECT ${feedCheckColumns} FROM feed_check WHERE feed_account_id = f.id
       ORDER BY checked_at DESC, id DESC LIMIT 1) c`,
    known(feedIds),
  );
  return new Map(rows.map((row) => [row.feedId, row]));
}

/** How the lines of a feed stand, in figures; what is due is the preview's to say (previewPush). */
export interface FeedCounts {
  readonly underWay: number;
  readonly pushed: number;
  readonly confirmed: number;
  readonly missing: number;
  readonly changed: number;
  readonly rejected: number;
  readonly released: number;
  readonly leftOut: number;
}

/** Lines of each feed by their state. @throws Forbidden */
export async function countFeedLines(
  app: App,
  viewer: Viewer,
  feedIds: readonly string[],
): Promise<Map<string, FeedCounts>> {
  authorise(viewer, "bank_connections:read");
  const rows = await read<{ id: string; state: string; count: number }>(
    app,
    viewer,
    `SELECT f.id, c.state, c.count FROM unnest($1::uuid[]) AS f (id)
     CROSS JOIN LATERAL (SELECT state, count(*)::int AS count FROM feed_line WHERE feed_account_id = f.id GROUP BY state) c`,
    known(feedIds),
  );
  const byFeed = grouped(rows, (row) => row.id);
  return new Map(
    feedIds.map((feedId) => {
      const id = knownIdOr(feedId, "");
      const of = (state: string) => byFeed.get(id)?.find((row) => row.state === state)?.count ?? 0;
      return [
        feedId,
        {
          ...{ underWay: of("under_way"), pushed: of("pushed"), confirmed: of("confirmed") },
          ...{ missing: of("missing"), changed: of("changed"), rejected: of("rejected") },
          ...{ released: of("released"), leftOut: of("left_out") },
        },
      ];
    }),
  );
}

function read<Row extends object>(
  app: App,
  { organisationId }: Viewer,
  text: string,
  ids: readonly string[],
): Promise<Row[]> {
  return readAsOrganisation(app.database, organisationId, (sql) => sql.query<Row>(text, [ids]));
}

function known(ids: readonly string[]): string[] {
  return ids.flatMap((id) => knownIdOr(id, []));
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
