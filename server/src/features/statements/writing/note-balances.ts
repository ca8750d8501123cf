import type { TenantTransaction } from "../../../db/as-organisation.ts";

/**
 * Notes the closing balances of an import's statements, a day's last one where there are several. What a feed has told of
 * a day stays; of an account without a feed the newest is the account's balance.
 */
export async function noteBalances(tx: TenantTransaction, batchId: string): Promise<void> {
  const accounts = await tx.query<{ id: string }>(
    `INSERT INTO account_balance AS b (organisation_id, account_id, day, current_minor, available_minor, as_of, batch_id)
     SELECT DISTINCT ON (s.account_id, s.closing_on) $1::uuid, s.account_id, s.closing_on, s.closing_minor,
       s.available_minor, ${endOfDay("s.closing_on")}, $2::uuid
     FROM import_statement s
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s.account_id IS NOT NULL AND s.closing_on IS NOT NULL
       AND s.closing_minor IS NOT NULL
     ORDER BY s.account_id, s.closing_on, s."position" DESC
     ON CONFLICT (organisation_id, account_id, day) DO UPDATE SET current_minor = excluded.current_minor,
       available_minor = excluded.available_minor, as_of = excluded.as_of, batch_id = excluded.batch_id
     WHERE b.batch_id IS NOT NULL
     RETURNING b.account_id AS id`,
    [tx.organisationId, batchId],
  );
  await showNewestBalance(
    tx,
    accounts.map(({ id }) => id),
  );
}

/** What an account without a feed shows: the newest balance that its files tell; none where they tell none any more. */
export async function showNewestBalance(
  tx: TenantTransaction,
  accountIds: readonly string[],
): Promise<void> {
  await tx.query(
    `UPDATE financial_account a SET balance_current_minor = b.current_minor,
       balance_available_minor = b.available_minor, balance_as_of = b.as_of
     FROM financial_account f
     LEFT JOIN LATERAL (
       SELECT current_minor, available_minor, as_of FROM account_balance
       WHERE organisation_id = $1 AND account_id = f.id ORDER BY day DESC LIMIT 1
     ) b ON true
     WHERE f.organisation_id = $1 AND f.id = ANY ($2::uuid[]) AND a.organisation_id = $1 AND a.id = f.id
       AND NOT EXISTS (
         SELECT FROM bank_connection c
         WHERE c.organisation_id = $1 AND c.id = f.connection_id AND c.status NOT IN ('deleted', 'expired')
           AND f.closed_at IS NULL AND f.path IS DISTINCT FROM 'manual_upload')`,
    [tx.organisationId, [...new Set(accountIds)]],
  );
}

/**
 * Takes back the balances that an undone import brought. Where another import in the books tells a balance of the same
 * day, that one counts.
 */
export async function takeBalancesBack(tx: TenantTransaction, batchId: string): Promise<void> {
  const gone = await tx.query<{ id: string }>(
    `DELETE FROM account_balance WHERE organisation_id = $1 AND batch_id = $2 RETURNING account_id AS id`,
    [tx.organisationId, batchId],
  );
  if (gone.length === 0) return;
  await tx.query(
    `INSERT INTO account_balance (organisation_id, account_id, day, current_minor, available_minor, as_of, batch_id)
     SELECT DISTINCT ON (s.account_id, s.closing_on) $1::uuid, s.account_id, s.closing_on, s.closing_minor,
       s.available_minor, ${endOfDay("s.closing_on")}, s.batch_id
     FROM import_statement undone
     JOIN import_statement s ON s.organisation_id = $1 AND s.account_id = undone.account_id
       AND s.closing_on = undone.closing_on AND s.closing_minor IS NOT NULL
     JOIN import_batch o ON o.organisation_id = $1 AND o.id = s.batch_id AND o.status = 'complete' AND o.id <> $2
     WHERE undone.organisation_id = $1 AND undone.batch_id = $2
     ORDER BY s.account_id, s.closing_on, o.finished_at DESC, s."position" DESC
     ON CONFLICT (organisation_id, account_id, day) DO NOTHING`,
    [tx.organisationId, batchId],
  );
  await showNewestBalance(
    tx,
    gone.map(({ id }) => id),
  );
}

/** A statement does not say at what time its bank closed the day. */
function endOfDay(day: string): string {
  return `(${day} + time '23:59:59') AT TIME ZONE 'UTC'`;
}
