import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue } from "../../jobs/queue.ts";
import { connectionQueue } from "./enqueue-sync.ts";

/** Over some days: a provider that is down must not keep its consent. */
const attemptsMax = 25;

/** Queues the end of a connection's consent at its provider, after whatever sync is running. */
export async function enqueueRevoke(tx: TenantTransaction, connectionId: string): Promise<void> {
  await enqueue(
    tx,
    "revokeConsent",
    { organisationId: tx.organisationId, connectionId },
    { key: `revoke:${connectionId}`, queue: connectionQueue(connectionId), attemptsMax },
  );
}
