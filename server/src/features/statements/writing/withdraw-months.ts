import { coveredMonths, type Span } from "../../../core/covered-months.ts";
import { endOfMonth, type LocalDate, startOfMonth } from "../../../core/dates.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { ImportBatch } from "../../../generated/prisma/client.ts";
import { readCalendar } from "../../calendar/read-calendar.ts";
import { recordMonth } from "./note-months.ts";

/**
 * Withdraws the months that an undone import brought. One that the imports still in the books cover becomes that of the
 * last one of them: its statement is there, and nobody is to be asked for it again.
 */
export async function withdrawMonths(
  tx: TenantTransaction,
  batchId: string,
  now: Date,
): Promise<void> {
  const gone = await tx.query<{ accountId: string; month: LocalDate }>(
    `UPDATE statement_upload SET withdrawn_at = $3
     WHERE organisation_id = $1 AND batch_id = $2 AND withdrawn_at IS NULL
     RETURNING account_id AS "accountId", month`,
    [tx.organisationId, batchId, now],
  );
  if (gone.length === 0) return;
  const { today } = await readCalendar(tx, tx.organisationId, now);
  for (const accountId of new Set(gone.map((row) => row.accountId))) {
    const told = await importsOf(tx, accountId);
    const covered = new Set(coveredMonths(told.map(spanOf), today));
    for (const { month } of gone.filter((row) => row.accountId === accountId)) {
      const last = told.findLast(
        ({ first, last: to }) => first <= endOfMonth(month) && to >= month,
      );
      if (last && covered.has(month)) await recordMonth(tx, last, accountId, month, now);
    }
  }
}

type Told = Span & Pick<ImportBatch, "id" | "format" | "fileName" | "createdBy">;

/** Of an account: which days each import in the books tells of, the last import last. */
function importsOf(tx: TenantTransaction, accountId: string): Promise<Told[]> {
  return tx.query<Told>(
    `SELECT b.id, b.format, b.file_name AS "fileName", b.created_by AS "createdBy",
       s.first_on AS first, s.last_on AS last
     FROM import_statement s
     JOIN import_batch b ON b.organisation_id = $1 AND b.id = s.batch_id AND b.status = 'complete'
     WHERE s.organisation_id = $1 AND s.account_id = $2 AND s.first_on IS NOT NULL AND s.last_on IS NOT NULL
     ORDER BY b.finished_at, b.id, s."position"`,
    [tx.organisationId, accountId],
  );
}

/** A CSV file of one month is that month's, however quiet it was. */
function spanOf({ format, first, last }: Told): Span {
  const month = startOfMonth(first);
  const whole = format === "csv" && month === startOfMonth(last);
  return whole ? { first: month, last: endOfMonth(month) } : { first, last };
}
