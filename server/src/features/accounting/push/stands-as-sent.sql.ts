import type { Sql } from "../../../db/sql.ts";

/** Whether the bank has all lines of an operation as they were written down. */
export async function standsAsSent(sql: Sql, operationId: string): Promise<boolean> {
  const [other] = await sql.query(
    `SELECT FROM feed_line l WHERE l.operation_id = $1 AND l.state = 'under_way' AND NOT EXISTS (
       SELECT FROM bank_transaction t WHERE t.id = l.transaction_id AND t.removed_at IS NULL AND NOT t.pending
         AND t.amount_minor = l.amount_minor AND t.booked_on = l.booked_on OFFSET 0) LIMIT 1`,
    [operationId],
  );
  return other === undefined;
}
