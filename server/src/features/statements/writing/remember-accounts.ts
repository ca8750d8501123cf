import type { TenantTransaction } from "../../../db/as-organisation.ts";

/** Which account each number in the file stands for, so that the next file need not be asked about. */
export async function rememberAccounts(
  tx: TenantTransaction,
  batchId: string,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO remembered_account (organisation_id, account_digest, currency, account_id, remembered_at)
     SELECT DISTINCT ON (s.account_digest, 3) $1::uuid, s.account_digest, coalesce(s.currency, a.currency), a.id,
       $3::timestamptz
     FROM import_statement s JOIN financial_account a ON a.organisation_id = $1 AND a.id = s.account_id
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s.account_digest IS NOT NULL
     ORDER BY s.account_digest, 3, s."position" DESC
     ON CONFLICT (organisation_id, account_digest, currency) DO UPDATE SET
       account_id = excluded.account_id, remembered_at = excluded.remembered_at`,
    [tx.organisationId, batchId, now],
  );
  // Of an account that no feed tells the number of; two numbers in the file say nothing.
  await tx.query(
    `UPDATE financial_account a SET identifier_digest = s.account_digest
     FROM (
       SELECT account_id, (array_agg(account_digest))[1] AS account_digest
       FROM import_statement
       WHERE organisation_id = $1 AND batch_id = $2 AND account_digest IS NOT NULL AND account_id IS NOT NULL
       GROUP BY account_id HAVING count(DISTINCT account_digest) = 1
     ) s
     WHERE a.organisation_id = $1 AND a.id = s.account_id AND a.identifier_digest IS NULL AND a.connection_id IS NULL`,
    [tx.organisationId, batchId],
  );
}
