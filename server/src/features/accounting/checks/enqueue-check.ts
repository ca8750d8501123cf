import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { enqueue } from "../../../jobs/queue.ts";
import { feedLane } from "../push/enqueue-push.ts";

const minuteMs = 60_000;
/** When a push is checked by itself: books show what they took after a while, and are asked again for what is missing. */
const afterMs: readonly number[] = [minuteMs, 10 * minuteMs, 60 * minuteMs, 12 * 60 * minuteMs];

/** Queues a check by itself, unless it has been looked for often enough. A later push puts it off. */
export async function enqueueCheck(
  tx: TenantTransaction,
  feedId: string,
  { now, again }: { now: Date; again: number },
): Promise<void> {
  const after = afterMs[again];
  if (after === undefined) return;
  await enqueueCheckAt(tx, feedId, { again, runAt: new Date(now.getTime() + after) });
}

export async function enqueueCheckAt(
  tx: TenantTransaction,
  feedId: string,
  { again, runAt }: { again?: number; runAt?: Date },
): Promise<void> {
  await enqueue(
    tx,
    "checkFeed",
    { organisationId: tx.organisationId, feedId, ...(again !== undefined && { again }) },
    {
      key: `feed-check:${feedId}`,
      ...(await feedLane(tx, feedId)),
      ...(runAt && { runAt }),
    },
  );
}
