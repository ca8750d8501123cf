import type { TenantTransaction } from "../../../db/as-organisation.ts";

/**
 * Notes that a person took back what rules had done to bank transactions, which are locked: a rule does not do it to
 * them again.
 */
export async function refuseHits(
  tx: TenantTransaction,
  transactionIds: readonly string[],
  actions: readonly ("exclude" | "transfer")[],
  undone: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    `UPDATE rule_hit SET undone_at = $3, undone_by = $4
     WHERE transaction_id = ANY ($1::uuid[]) AND action = ANY ($2::text[]) AND undone_at IS NULL`,
    [transactionIds, actions, undone.at, undone.by],
  );
}
