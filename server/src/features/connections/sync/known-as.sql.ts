/**
 * The row that the books have under an id of the provider's, as `known`: one probe of the unique index for each staged
 * row `s`. Written so that the planner has no choice: it knows nothing of rows that came a moment ago, and has been seen
 * to walk all of an account's lines for each of them. $1 is the organisation, $2 the connection.
 */
export function knownAs(externalId: string): string {
  return `
    JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = $2
      AND (s.account_external_id IS NULL OR a.external_id = s.account_external_id)
    CROSS JOIN LATERAL (
      SELECT t.id, t.account_id, t.amount_minor, t.currency, t.allocated_minor, t.pending, t.booked_on, t.created_at,
        t.removed_at
      FROM bank_transaction t
      WHERE t.account_id = a.id AND t.external_id = ${externalId} OFFSET 0
    ) known`;
}
