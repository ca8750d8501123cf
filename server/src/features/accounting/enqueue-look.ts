import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue } from "../../jobs/queue.ts";

/** Calls about one accounting connection itself, one at a time over all processes. */
export function accountingQueue(connectionId: string): string {
  return `accounting:${connectionId}`;
}

/**
 * The flag of the platform's lane (jobs/lanes): one that hangs must not hold every place of a worker. None for a
 * connection that is not there.
 */
export async function platformFlags(
  tx: TenantTransaction,
  connectionId: string,
): Promise<readonly string[]> {
  const rows = await tx.query<{ platform: string }>(
    "SELECT platform FROM accounting_connection WHERE id = $1",
    [connectionId],
  );
  return rows.map(({ platform }) => `provider:${platform}`);
}

/** Queues a look at how a connection and its feeds stand. A storm of them becomes one. */
export async function enqueueLook(tx: TenantTransaction, connectionId: string): Promise<void> {
  await enqueue(
    tx,
    "lookAtAccounting",
    { organisationId: tx.organisationId, connectionId },
    {
      key: `accounting-look:${connectionId}`,
      queue: accountingQueue(connectionId),
      flags: await platformFlags(tx, connectionId),
    },
  );
}
