import type { SentLine } from "../../../core/accounting/compare-arrived.ts";
import type { LineKind } from "../../../core/accounting/push-rules.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { Sql } from "../../../db/sql.ts";
import type { PlatformLine } from "../../../platforms/platform.ts";

/** The lines of an operation, to the letter as they were written down before it was sent. */
export async function readBatchLines(sql: Sql, operationId: string): Promise<PlatformLine[]> {
  return sql.query<PlatformLine & { kind: LineKind }>(
    `SELECT transaction_id AS id, booked_on AS "bookedOn", amount_minor AS "amountMinor", balance_minor AS "balanceMinor",
       description, counterparty_name AS "counterpartyName", reference, reconciled, kind
     FROM feed_line WHERE operation_id = $1 AND state = 'under_way' ORDER BY position`,
    [operationId],
  );
}

/** What of a feed should be in the books from a day on, and what of it is under way. */
export async function readSentLines(
  sql: Sql,
  feedId: string,
  from: LocalDate | null,
): Promise<(SentLine & { readonly operationId: string; readonly state: string })[]> {
  return sql.query(
    `SELECT transaction_id AS "transactionId", booked_on AS "bookedOn", amount_minor AS "amountMinor",
       balance_minor AS "balanceMinor", description, operation_id AS "operationId", state
     FROM feed_line
     WHERE feed_account_id = $1 AND state IN ('under_way', 'pushed', 'confirmed', 'missing', 'changed')
       AND ($2::date IS NULL OR booked_on >= $2::date)`,
    [feedId, from],
  );
}
