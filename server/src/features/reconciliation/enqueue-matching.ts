import type { TenantTransaction } from "../../db/as-organisation.ts";
import { type AutomaticTrigger, enqueue } from "../../jobs/queue.ts";

/**
 * Queues automatic matching for the organisation. A storm of changes becomes one run, called after the last of them; a
 * run that has started already is followed by one more. One at a time for each organisation, over all processes; beside
 * it one that a person asked for (requestRun).
 */
export async function enqueueMatching(
  tx: TenantTransaction,
  trigger: AutomaticTrigger = "items",
): Promise<void> {
  const { organisationId } = tx;
  await enqueue(
    tx,
    "matchTransactions",
    { organisationId, trigger },
    { key: `match:${organisationId}`, queue: `matching:${organisationId}` },
  );
}
