import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue } from "../../jobs/queue.ts";
import { connectionQueue, laneFlags } from "./enqueue-sync.ts";

/**
 * Queues the end of a connection's consent at its provider, after whatever sync is running. The credential for it waits
 * in `consent_revocation`.
 */
export async function enqueueRevoke(
  tx: TenantTransaction,
  connectionId: string,
  runAt?: Date,
): Promise<void> {
  await enqueue(
    tx,
    "revokeConsent",
    { organisationId: tx.organisationId, connectionId },
    {
      key: `revoke:${connectionId}`,
      queue: connectionQueue(connectionId),
      flags: await laneFlags(tx, connectionId),
      ...(runAt && { runAt }),
    },
  );
}
