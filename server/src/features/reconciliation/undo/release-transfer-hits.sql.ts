import { plainArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";

/**
 * Takes lines out of transfers that stand, into which rules had put them as the second side: the first goes on waiting
 * for one. For hits of which the transfer is not ended itself. The lines must be locked.
 */
export async function leaveTransfers(
  tx: TenantTransaction,
  hitIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.query(
    `WITH left_alone AS (
       UPDATE transfer r SET evidence = '[]',
         out_transaction_id = nullif(r.out_transaction_id, h.transaction_id),
         in_transaction_id = nullif(r.in_transaction_id, h.transaction_id)
       FROM rule_hit h
       WHERE h.id = ANY ($1::uuid[]) AND h.undone_at IS NULL AND h.action = 'transfer'
         AND r.id = (h.detail->>'transferId')::uuid AND r.voided_at IS NULL
         AND h.transaction_id IN (r.out_transaction_id, r.in_transaction_id)
         AND r.out_transaction_id IS NOT NULL AND r.in_transaction_id IS NOT NULL
       RETURNING h.transaction_id
     )
     UPDATE bank_transaction t SET excluded_at = NULL, excluded_by = NULL, exclusion_reason = NULL, updated_at = $2
     FROM left_alone l WHERE t.id = l.transaction_id AND t.excluded_at IS NOT NULL`,
    [plainArray(hitIds), at],
  );
}

/** Notes of transfers that were ended that what rules did to their lines is undone, whoever had it done. */
export async function releaseTransferHits(
  tx: TenantTransaction,
  transferIds: readonly string[],
  undone: { by: string; at: Date; mayActAgain: boolean },
): Promise<void> {
  await tx.query(
    `UPDATE rule_hit h SET undone_at = $2, undone_by = $3,
       detail = CASE WHEN $4 THEN detail || '{"mayActAgain": true}' ELSE detail END
     FROM unnest($1::uuid[]) AS ended (id)
     CROSS JOIN LATERAL (SELECT out_transaction_id, in_transaction_id FROM transfer r WHERE r.id = ended.id LIMIT 1) r
     WHERE h.transaction_id IN (r.out_transaction_id, r.in_transaction_id) AND h.action = 'transfer'
       AND h.undone_at IS NULL AND h.detail->>'transferId' = ended.id::text`,
    [plainArray(transferIds), undone.at, undone.by, undone.mayActAgain],
  );
}
