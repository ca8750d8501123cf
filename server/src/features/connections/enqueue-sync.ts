import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue, type SyncTrigger } from "../../jobs/queue.ts";

/** Jobs of one connection run one at a time, over all processes. */
export function connectionQueue(connectionId: string): string {
  return `connection:${connectionId}`;
}

/** Queues a sync now. A storm of them becomes one; one that has started already is followed by one more. */
export async function enqueueSync(
  tx: TenantTransaction,
  connectionId: string,
  trigger: SyncTrigger,
): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "syncConnection",
    { organisationId, connectionId, trigger },
    { key: `sync:${connectionId}`, queue: connectionQueue(connectionId) },
  );
}

/** Queues the next try of a sync that could not be finished. Keyed apart, so that it never delays one asked for now. */
export async function enqueueRetry(
  tx: TenantTransaction,
  connectionId: string,
  runAt: Date,
): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "syncConnection",
    { organisationId, connectionId, trigger: "retry" },
    { key: `sync-retry:${connectionId}`, queue: connectionQueue(connectionId), runAt },
  );
}

/**
 * Queues the sync that heals a webhook that never came. Not in the connection's queue: Graphile Worker looks at every
 * queue that has a job, and this one waits for hours in every connection.
 */
export async function enqueueNextSync(
  tx: TenantTransaction,
  connectionId: string,
  runAt: Date,
): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "scheduleSync",
    { organisationId, connectionId },
    { key: `sync-later:${connectionId}`, runAt },
  );
}
