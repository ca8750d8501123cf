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
  await enqueueAs(tx, connectionId, trigger, { key: `sync:${connectionId}` });
}

/** Queues the next try of a sync that could not be finished. Keyed apart, so that it never delays one asked for now. */
export async function enqueueRetry(
  tx: TenantTransaction,
  connectionId: string,
  runAt: Date,
): Promise<void> {
  await enqueueAs(tx, connectionId, "retry", { key: `sync-retry:${connectionId}`, runAt });
}

/** Puts a sync off that its provider cannot take now; those that are put off meanwhile become one. */
export async function enqueuePostponed(
  tx: TenantTransaction,
  connectionId: string,
  trigger: SyncTrigger,
  runAt: Date,
): Promise<void> {
  await enqueueAs(tx, connectionId, trigger, { key: `sync-postponed:${connectionId}`, runAt });
}

/** When what was asked for may be there, in seconds: not every provider says so, and some take their time. */
const afterRefreshSeconds = [20, 120, 600];

/** Queues the syncs that pull what a refresh brings. A later refresh takes their places. */
export async function enqueueSyncAfterRefresh(
  tx: TenantTransaction,
  connectionId: string,
  refreshedAt: Date,
): Promise<void> {
  for (const seconds of afterRefreshSeconds) {
    await enqueueAs(tx, connectionId, "manual", {
      key: `sync-refreshed-${seconds}:${connectionId}`,
      runAt: new Date(refreshedAt.getTime() + seconds * 1_000),
    });
  }
}

/**
 * Queues the sync that heals a webhook that never came, and notes when it is due. Not in the connection's queue:
 * Graphile Worker looks at every queue that has a job, and this one waits for hours in every connection.
 */
export async function enqueueNextSync(
  tx: TenantTransaction,
  connectionId: string,
  runAt: Date,
): Promise<void> {
  const { organisationId } = tx;
  await tx.prisma.bankConnection.update({
    where: { organisationId_id: { organisationId, id: connectionId } },
    data: { nextSyncAt: runAt },
  });
  await enqueue(
    tx,
    "scheduleSync",
    { organisationId, connectionId },
    { key: `sync-later:${connectionId}`, runAt },
  );
}

async function enqueueAs(
  tx: TenantTransaction,
  connectionId: string,
  trigger: SyncTrigger,
  options: { key: string; runAt?: Date },
): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "syncConnection",
    { organisationId, connectionId, trigger },
    {
      ...options,
      queue: connectionQueue(connectionId),
      flags: await laneFlags(tx, connectionId),
    },
  );
}

/**
 * The lanes that a connection's work at its provider belongs to (see jobs/lanes): its provider's, and the narrow ones
 * of those that failed last time.
 */
export async function laneFlags(tx: TenantTransaction, connectionId: string): Promise<string[]> {
  const [connection] = await tx.query<{ provider: string; failing: boolean }>(
    `SELECT provider, sync_failures > 0 AS failing FROM bank_connection
     WHERE organisation_id = $1 AND id = $2`,
    [tx.organisationId, connectionId],
  );
  if (connection === undefined) return [];
  const { provider, failing } = connection;
  return [`provider:${provider}`, ...(failing ? ["failing", `failing:${provider}`] : [])];
}
