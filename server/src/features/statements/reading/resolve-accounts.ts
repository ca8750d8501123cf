import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { ImportBatch } from "../../../generated/prisma/client.ts";

/**
 * Finds the account of each statement that has none yet: by the number in the file, as people have said before or as a
 * feed tells it, or else the account chosen for the file, where the file is of one account. Where its number is known
 * to be another's than the chosen one, nothing is taken for granted; nor is an account that has been closed since it
 * was named.
 * @returns whether lines are left whose account a person has to name
 */
export async function resolveAccounts(tx: TenantTransaction, batch: ImportBatch): Promise<boolean> {
  const own = [tx.organisationId, batch.id];
  await tx.query(
    `UPDATE import_statement s SET account_id = NULL FROM financial_account a
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND a.organisation_id = $1 AND a.id = s.account_id
       AND a.closed_at IS NOT NULL`,
    own,
  );
  const fresh = await tx.query<{ position: number }>(
    `SELECT "position" FROM import_statement
     WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NULL`,
    own,
  );
  await tx.query(
    `UPDATE import_statement s SET account_id = r.account_id
     FROM remembered_account r
     JOIN financial_account a ON a.organisation_id = $1 AND a.id = r.account_id AND a.closed_at IS NULL
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s.account_id IS NULL AND r.organisation_id = $1
       AND r.account_digest = s.account_digest AND r.currency = s.currency`,
    own,
  );
  await tx.query(
    `UPDATE import_statement s SET account_id = a.id
     FROM (
       SELECT identifier_digest, currency, min(id::text)::uuid AS id FROM financial_account
       WHERE organisation_id = $1 AND identifier_digest IS NOT NULL AND closed_at IS NULL
       GROUP BY identifier_digest, currency HAVING count(*) = 1
     ) a
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s.account_id IS NULL
       AND a.identifier_digest = s.account_digest AND a.currency = s.currency`,
    own,
  );
  if (batch.accountId !== null) await takeChosen(tx, batch, fresh);
  const [open] = await tx.query(
    `SELECT FROM import_statement WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NULL
       AND (lines > 0 OR NOT EXISTS (
         SELECT FROM import_statement o WHERE o.organisation_id = $1 AND o.batch_id = $2
           AND (o.lines > 0 OR o.account_id IS NOT NULL)))
     LIMIT 1`,
    own,
  );
  return open !== undefined;
}

async function takeChosen(
  tx: TenantTransaction,
  { id, accountId }: ImportBatch,
  fresh: readonly { position: number }[],
): Promise<void> {
  const positions = fresh.map(({ position }) => position);
  await tx.query(
    `UPDATE import_statement s SET account_id = CASE WHEN s.account_id IS NULL THEN a.id END
     FROM financial_account a
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s."position" = ANY ($4::int[])
       AND a.organisation_id = $1 AND a.id = $3 AND a.closed_at IS NULL AND s.account_id IS DISTINCT FROM a.id
       AND (s.currency IS NULL OR s.currency = a.currency)
       AND (SELECT count(DISTINCT (o.account_digest, o.account_mask, o.currency)) FROM import_statement o
            WHERE o.organisation_id = $1 AND o.batch_id = $2) = 1`,
    [tx.organisationId, id, accountId, positions],
  );
}
