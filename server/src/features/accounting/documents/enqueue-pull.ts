import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { type EnqueueOptions, enqueue } from "../../../jobs/queue.ts";
import { accountingQueue, platformFlags } from "../enqueue-look.ts";

/** How often documents are pulled by themselves where no webhook says that they have changed. */
const pullEveryMs = 6 * 60 * 60_000;

/** How long after a pull for nothing the next one waits that the platform asks for; twice as long after each more. */
const waitMsMin = 15_000;
const waitMsMax = 30 * 60_000;

/** Queues a pull of invoices and expenses. A storm of them becomes one. */
export async function enqueuePull(tx: TenantTransaction, connectionId: string): Promise<void> {
  await enqueue(
    tx,
    "pullDocuments",
    { organisationId: tx.organisationId, connectionId },
    await optionsOf(tx, connectionId),
  );
}

/**
 * The same because the platform says that records have changed. At once, unless its word has led to nothing lately:
 * one that takes our own reading for a change would use up the day's calls.
 */
export async function enqueuePullAsTold(
  tx: TenantTransaction,
  connectionId: string,
): Promise<void> {
  const [last] = await tx.query<{ pulledAt: Date; forNothing: number }>(
    `SELECT documents_pulled_at AS "pulledAt", pulls_for_nothing AS "forNothing" FROM accounting_connection
     WHERE id = $1 AND pulls_for_nothing > 0 AND documents_pulled_at IS NOT NULL`,
    [connectionId],
  );
  const runAt = last && new Date(last.pulledAt.getTime() + waitAfter(last.forNothing));
  await enqueue(
    tx,
    "pullDocuments",
    { organisationId: tx.organisationId, connectionId, told: true },
    { ...(await optionsOf(tx, connectionId)), runAt, keepsTime: true },
  );
}

function waitAfter(pullsForNothing: number): number {
  return Math.min(waitMsMax, waitMsMin * 2 ** (Math.min(pullsForNothing, 20) - 1));
}

async function optionsOf(tx: TenantTransaction, connectionId: string): Promise<EnqueueOptions> {
  return {
    key: `accounting-pull:${connectionId}`,
    queue: accountingQueue(connectionId),
    flags: await platformFlags(tx, connectionId),
  };
}

export async function enqueuePullWhenDue(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<void> {
  const [due] = await tx.query(
    `SELECT FROM accounting_connection WHERE id = $1 AND pulls_documents
       AND (documents_pulled_at IS NULL OR documents_pulled_at <= $2)`,
    [connectionId, new Date(now.getTime() - pullEveryMs)],
  );
  if (due !== undefined) await enqueuePull(tx, connectionId);
}
