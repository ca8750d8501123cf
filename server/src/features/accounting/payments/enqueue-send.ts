import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { enqueue } from "../../../jobs/queue.ts";
import { platformFlags } from "../enqueue-look.ts";

/** Queues the payments of a connection that wait to be sent or followed. */
export async function enqueueSend(
  tx: TenantTransaction,
  connectionId: string,
  runAt?: Date,
): Promise<void> {
  await enqueue(
    tx,
    "sendPayments",
    { organisationId: tx.organisationId, connectionId },
    {
      key: runAt ? `payments-later:${connectionId}` : `payments:${connectionId}`,
      queue: `payments:${connectionId}`,
      flags: await platformFlags(tx, connectionId),
      ...(runAt && { runAt }),
    },
  );
}
