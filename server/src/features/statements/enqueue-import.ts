import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueue } from "../../jobs/queue.ts";

/** What fails for three and a half hours in ever longer steps will not come right by itself; then the import says so. */
const attemptsMax = 10;

/** Queues the reading or the writing of an import, in the transaction that makes it due. One job of each at a time. */
export async function enqueueImport(
  tx: TenantTransaction,
  name: "readImport" | "writeImport",
  batchId: string,
): Promise<void> {
  const job = { organisationId: tx.organisationId, batchId };
  await enqueue(tx, name, job, { key: `${name}:${batchId}`, attemptsMax });
}
