import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { enqueue, type PushTrigger } from "../../../jobs/queue.ts";

/** Where jobs about a feed wait for each other, and which places they may take. */
export interface FeedLane {
  readonly queue: string;
  readonly flags: readonly string[];
}

/**
 * Pushing, following and checking go one at a time for each accounting connection, over all processes: a platform that
 * does not tell which feed a push was for is not asked about two at once. The flag is the platform's lane (jobs/lanes).
 */
export async function feedLane(tx: TenantTransaction, feedId: string): Promise<FeedLane> {
  const [row] = await tx.query<{ connectionId: string; platform: string }>(
    `SELECT c.id AS "connectionId", c.platform FROM feed_account f
     JOIN accounting_connection c ON c.organisation_id = f.organisation_id AND c.id = f.connection_id WHERE f.id = $1`,
    [feedId],
  );
  return row
    ? laneOf({ id: row.connectionId, platform: row.platform })
    : { queue: `push:${feedId}`, flags: [] };
}

/** The same, of a connection that is at hand. */
export function laneOf(connection: { readonly id: string; readonly platform: string }): FeedLane {
  return { queue: `push:${connection.id}`, flags: [`provider:${connection.platform}`] };
}

/** Queues a push of what is due. Those of one kind that wait become one. */
export async function enqueuePush(
  tx: TenantTransaction,
  feedId: string,
  push: { trigger: PushTrigger; by: string; retryOf?: string; runAt?: Date },
): Promise<void> {
  const { trigger, by, retryOf, runAt } = push;
  await enqueue(
    tx,
    "pushFeed",
    { organisationId: tx.organisationId, feedId, trigger, by, ...(retryOf && { retryOf }) },
    {
      key: `push:${trigger}:${feedId}`,
      ...(await feedLane(tx, feedId)),
      ...(runAt && { runAt }),
    },
  );
}

/** Queues a look at what became of an operation; a later one takes the place of an earlier one. */
export async function enqueueFollow(
  tx: TenantTransaction,
  lane: FeedLane,
  operationId: string,
  runAt?: Date,
): Promise<void> {
  await enqueue(
    tx,
    "followPush",
    { organisationId: tx.organisationId, operationId },
    {
      key: `push-follow:${operationId}`,
      ...lane,
      ...(runAt && { runAt }),
    },
  );
}
