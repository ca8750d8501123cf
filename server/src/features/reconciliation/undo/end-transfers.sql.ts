import { plainArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";

/**
 * Ends transfers and takes their lines in again. Both lines must be locked.
 * @param declined whether the pair is remembered as none
 * @returns how many were live
 */
export async function endTransfers(
  tx: TenantTransaction,
  transferIds: readonly string[],
  ended: { by: string; at: Date; reason: string | null; declined: boolean },
): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `WITH gone AS (
       UPDATE transfer SET voided_at = $2, voided_by = $3, void_reason = $4
       WHERE id = ANY ($1::uuid[]) AND voided_at IS NULL
       RETURNING out_transaction_id, in_transaction_id
     ), included AS (
       UPDATE bank_transaction t SET excluded_at = NULL, excluded_by = NULL, exclusion_reason = NULL, updated_at = $2
       FROM (SELECT out_transaction_id AS id FROM gone UNION SELECT in_transaction_id FROM gone) line
       WHERE t.id = line.id AND t.excluded_at IS NOT NULL
     ), declined AS (
       INSERT INTO declined_transfer (organisation_id, out_transaction_id, in_transaction_id, declined_by, declined_at)
       SELECT $5, out_transaction_id, in_transaction_id, $3, $2 FROM gone
       WHERE $6 AND out_transaction_id IS NOT NULL AND in_transaction_id IS NOT NULL
       ON CONFLICT DO NOTHING
     )
     SELECT count(*)::int AS count FROM gone`,
    [plainArray(transferIds), ended.at, ended.by, ended.reason, tx.organisationId, ended.declined],
  );
  return row?.count ?? 0;
}
