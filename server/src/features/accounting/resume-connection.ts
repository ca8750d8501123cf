import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { PushMode } from "./feed.ts";
import { enqueueSend } from "./payments/enqueue-send.ts";
import { enqueuePush } from "./push/enqueue-push.ts";

/**
 * Takes up what waited for access that is there again: payments that were released, feeds that are pushed as their lines
 * are reconciled, and those whose last push failed for no fault of its lines. Others go when somebody or their schedule
 * says so.
 */
export async function resumeConnection(tx: TenantTransaction, connectionId: string): Promise<void> {
  await enqueueSend(tx, connectionId);
  const feeds = await tx.query<{
    id: string;
    pushMode: PushMode;
    retryOf: string | null;
    by: string | null;
  }>(
    `SELECT f.id, f.push_mode AS "pushMode", o.id AS "retryOf", o.created_by AS by
     FROM (SELECT id, push_mode FROM feed_account WHERE connection_id = $1 AND status = 'connected' OFFSET 0) f
     LEFT JOIN LATERAL (
       SELECT id, created_by FROM (SELECT id, created_by, status, retryable FROM push_operation
         WHERE feed_account_id = f.id ORDER BY number DESC LIMIT 1) last
       WHERE status = 'failed' AND retryable) o ON true
     ORDER BY f.id`,
    [connectionId],
  );
  for (const { id, pushMode, retryOf, by } of feeds) {
    if (retryOf !== null) {
      await enqueuePush(tx, id, { trigger: "retry", by: by ?? "Tieout", retryOf });
    } else if (pushMode === "reconciled") {
      await enqueuePush(tx, id, { trigger: "reconciled", by: "Tieout" });
    }
  }
}
