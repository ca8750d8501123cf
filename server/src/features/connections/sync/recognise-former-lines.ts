import type { TenantTransaction } from "../../../db/as-organisation.ts";

/** Before the id that a line had under an older link of its bank. */
export const formerPrefix = "former:";

/**
 * Finds, among the lines that an adopted account brought along, those that the new feed sends again under new ids: same
 * account, day, amount, currency and description, the first with the first where there are several. What is left is
 * looked for without the description, which another provider words in its own way. They take the new id and keep all
 * else. Of lines that are alike, one that counts comes before one that was removed: revived beside it, that would count
 * twice.
 */
export async function recogniseFormerLines(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<void> {
  const adopted = await tx.query(
    `SELECT FROM financial_account
     WHERE organisation_id = $1 AND connection_id = $2 AND adopted_at IS NOT NULL LIMIT 1`,
    [tx.organisationId, connectionId],
  );
  if (adopted.length === 0) return;
  for (const likeness of [
    "booked_on, amount_minor, currency, description",
    "booked_on, amount_minor, currency",
  ]) {
    await takeNewIds(tx, connectionId, likeness, now);
  }
}

async function takeNewIds(
  tx: TenantTransaction,
  connectionId: string,
  likeness: string,
  now: Date,
): Promise<void> {
  const prefixed = (table: string) => likeness.replace(/\w+/g, (column) => `${table}.${column}`);
  await tx.query(
    `WITH adopted AS MATERIALIZED (
       SELECT id, external_id FROM financial_account
       WHERE organisation_id = $1 AND connection_id = $2 AND adopted_at IS NOT NULL
     ), coming AS MATERIALIZED (
       SELECT s.external_id, a.id AS account_id, s.booked_on, s.amount_minor, s.currency, s.description,
         row_number() OVER (
           PARTITION BY a.id, ${prefixed("s")} ORDER BY s.external_id) AS place
       FROM staged_change s
       JOIN adopted a ON a.external_id = s.account_external_id
       LEFT JOIN LATERAL (
         SELECT true AS here FROM bank_transaction t
         WHERE t.account_id = a.id AND t.external_id = s.external_id OFFSET 0
       ) known ON true
       WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed AND known.here IS NULL
     ), former AS MATERIALIZED (
       SELECT t.id, t.account_id, t.booked_on, t.amount_minor, t.currency, t.description,
         row_number() OVER (
           PARTITION BY t.account_id, ${prefixed("t")} ORDER BY t.removed_at IS NOT NULL, t.id) AS place
       FROM bank_transaction t
       WHERE t.organisation_id = $1 AND t.account_id IN (SELECT id FROM adopted) AND starts_with(t.external_id, $3)
     )
     UPDATE bank_transaction t SET external_id = coming.external_id, updated_at = $4
     FROM former JOIN coming USING (account_id, ${likeness}, place)
     WHERE t.organisation_id = $1 AND t.id = former.id`,
    [tx.organisationId, connectionId, formerPrefix, now],
  );
}
