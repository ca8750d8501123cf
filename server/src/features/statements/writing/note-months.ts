import { coveredMonths, type Span } from "../../../core/covered-months.ts";
import { endOfMonth, type LocalDate, startOfMonth } from "../../../core/dates.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { ImportBatch } from "../../../generated/prisma/client.ts";
import { noteAccountChange } from "../../accounts/note-account-change.ts";
import { reviewStatementsIn } from "../../accounts/review-statements.ts";
import { readCalendar } from "../../calendar/read-calendar.ts";
import type { Viewer } from "../../viewer.ts";
import type { ImportedAccount } from "./lock-accounts.ts";

/**
 * Notes of accounts whose statements are brought in by hand which months this import brought, together with earlier ones
 * where the bank writes a statement each day. A CSV file of one month is that month's, however quiet it was.
 */
export async function noteMonths(
  tx: TenantTransaction,
  viewer: Viewer,
  batch: Pick<ImportBatch, "id" | "format" | "fileName" | "createdBy">,
  accounts: readonly ImportedAccount[],
  now: Date,
): Promise<void> {
  const byHand = accounts.filter(({ path }) => path === "manual_upload");
  if (byHand.length === 0) return;
  const { today } = await readCalendar(tx, tx.organisationId, now);
  for (const account of byHand) {
    const { own, all } = await spansOf(tx, batch.id, account.id);
    if (own === null) continue;
    const [from, to] = [startOfMonth(own.first), startOfMonth(own.last)];
    const wholeMonth = batch.format === "csv" && from === to;
    const spans = wholeMonth ? [...all, { first: from, last: endOfMonth(to) }] : all;
    const months = coveredMonths(spans, today).filter((month) => month >= from && month <= to);
    for (const month of months) {
      if (await recordMonth(tx, batch, account.id, month, now)) {
        const detail = { month: month.slice(0, 7) };
        await noteAccountChange(tx, viewer, account, "statement_upload.recorded", detail);
      }
    }
    await reviewStatementsIn(tx, now, account.id);
  }
}

/** The days that an import tells of an account, from its first line or what it says it covers; and those of all imports. */
async function spansOf(
  tx: TenantTransaction,
  batchId: string,
  accountId: string,
): Promise<{ own: Span | null; all: Span[] }> {
  const [own] = await tx.query<{ first: LocalDate | null; last: LocalDate | null }>(
    `SELECT least(min(s.first), min(s.first_on)) AS first, greatest(max(s.last), max(s.last_on)) AS last
     FROM (
       SELECT st.first_on, st.last_on, l.first, l.last FROM import_statement st
       LEFT JOIN (
         SELECT statement, min(booked_on) AS first, max(booked_on) AS last FROM staged_line
         WHERE batch_id = $2 GROUP BY statement
       ) l ON l.statement = st."position"
       WHERE st.organisation_id = $1 AND st.batch_id = $2 AND st.account_id = $3
     ) s`,
    [tx.organisationId, batchId, accountId],
  );
  if (own === undefined || own.first === null || own.last === null) return { own: null, all: [] };
  const span = { first: own.first, last: own.last };
  const others = await tx.query<Span>(
    `SELECT s.first_on AS first, s.last_on AS last FROM import_statement s
     JOIN import_batch b ON b.organisation_id = $1 AND b.id = s.batch_id AND b.status = 'complete'
     WHERE s.organisation_id = $1 AND s.account_id = $2 AND s.first_on IS NOT NULL AND s.last_on IS NOT NULL
       AND s.last_on >= $3::date - 40 AND s.first_on <= $4::date + 40`,
    [tx.organisationId, accountId, span.first, span.last],
  );
  return { own: span, all: [...others, span] };
}

/** @returns whether it was not brought in before; months before the first expected one are nobody's concern */
export async function recordMonth(
  tx: TenantTransaction,
  batch: Pick<ImportBatch, "id" | "fileName" | "createdBy">,
  accountId: string,
  month: LocalDate,
  now: Date,
): Promise<boolean> {
  const made = await tx.query(
    `INSERT INTO statement_upload
       (organisation_id, id, account_id, month, note, uploaded_by, uploaded_at, batch_id)
     SELECT $1, $2, a.id, $4, $5, $6, $7, $8 FROM financial_account a
     WHERE a.organisation_id = $1 AND a.id = $3 AND date_trunc('month', a.uploads_from)::date <= $4::date
     ON CONFLICT (organisation_id, account_id, month) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id`,
    [
      ...[tx.organisationId, newId(), accountId, month, batch.fileName.slice(0, 500)],
      ...[batch.createdBy, now, batch.id],
    ],
  );
  return made.length > 0;
}
