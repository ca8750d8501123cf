import type { LocalDate } from "../../core/dates.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";

/**
 * Notes that something changed on a day, or after it, which the next pull reads again. The connection is locked by the
 * caller. A pull under way asked without knowing of it, even where it reads from the same day: what it commits does
 * not settle this.
 */
export async function rereadFrom(
  tx: TenantTransaction,
  connectionId: string,
  day: LocalDate,
): Promise<void> {
  await tx.query(
    `UPDATE bank_connection SET reread_from = least(reread_from, $3::date)
     WHERE organisation_id = $1 AND id = $2`,
    [tx.organisationId, connectionId, day],
  );
  await tx.query(
    "UPDATE sync_loop SET reread_again = true WHERE organisation_id = $1 AND connection_id = $2",
    [tx.organisationId, connectionId],
  );
}

/**
 * Forgets the note if the pull that is being committed was asked with it.
 * @returns false when more has been told since the pull began, and another must follow
 */
export async function settleReread(tx: TenantTransaction, connectionId: string): Promise<boolean> {
  const [left] = await tx.query<{ again: boolean }>(
    `UPDATE bank_connection c SET reread_from = CASE WHEN l.reread_again THEN c.reread_from END
     FROM sync_loop l
     WHERE c.organisation_id = $1 AND c.id = $2 AND c.reread_from IS NOT NULL
       AND l.organisation_id = $1 AND l.connection_id = $2
     RETURNING l.reread_again AS again`,
    [tx.organisationId, connectionId],
  );
  return left?.again !== true;
}

/**
 * The first of the days on which the books have any of these rows; null when they have none.
 * @param externalIds the provider's ids
 */
export async function firstDayOf(
  tx: TenantTransaction,
  connectionId: string,
  externalIds: readonly string[],
): Promise<LocalDate | null> {
  if (externalIds.length === 0) return null;
  const [first] = await tx.query<{ day: LocalDate | null }>(
    `SELECT min(t.booked_on) AS day
     FROM financial_account a
     JOIN bank_transaction t ON t.organisation_id = $1 AND t.account_id = a.id
     WHERE a.organisation_id = $1 AND a.connection_id = $2 AND t.external_id = ANY ($3::text[])
       AND t.removed_at IS NULL`,
    [tx.organisationId, connectionId, externalIds],
  );
  return first?.day ?? null;
}
