import type { TenantTransaction } from "../../db/as-organisation.ts";
import { enqueuePush } from "./push/enqueue-push.ts";

const looked = new WeakSet<TenantTransaction>();

/**
 * Lines were matched or excluded: feeds that are pushed as soon as their lines are reconciled get a push, in the same
 * transaction and once for all of its lines. Pushes that wait become one.
 */
export async function pushAsReconciled(tx: TenantTransaction): Promise<void> {
  if (looked.has(tx)) return;
  looked.add(tx);
  const feeds = await tx.query<{ id: string }>(
    "SELECT id FROM feed_account WHERE push_mode = 'reconciled' AND status = 'connected' ORDER BY id",
  );
  for (const { id } of feeds) await enqueuePush(tx, id, { trigger: "reconciled", by: "Tieout" });
}
