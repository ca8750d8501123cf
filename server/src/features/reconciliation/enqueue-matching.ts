import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue } from "../../jobs/queue.ts";

/**
 * Queues automatic matching for the organisation. A storm of changes becomes one run; a run that has started already
 * is followed by one more. One at a time for each organisation, over all processes.
 */
export async function enqueueMatching(tx: TenantTransaction): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "matchTransactions",
    { organisationId },
    { key: `match:${organisationId}`, queue: `matching:${organisationId}` },
  );
}
