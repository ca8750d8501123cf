import type { CurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import type { Sql } from "../../db/sql.ts";

export interface FiguresOfCurrency {
  readonly currency: CurrencyCode;
  readonly transactions: bigint;
  readonly matched: bigint;
  readonly unreconciled: bigint;
  readonly excluded: bigint;
  /** Minor units; both without a sign. */
  readonly creditMinor: bigint;
  readonly debitMinor: bigint;
}

export interface FiguresRows {
  readonly sums: readonly FiguresOfCurrency[];
  readonly lastImportId: string | null;
  readonly lastImportOn: LocalDate | null;
}

/** The lines of a block's accounts over a period, summed from one covering index, and its last import: one statement. */
export async function readFiguresOfBlock(
  sql: Sql,
  request: { blockId: string | null; from: LocalDate | null; to: LocalDate | null },
): Promise<FiguresRows> {
  const rows = await sql.query<Row>(
    statement(request.blockId === null ? "block_id IS NOT NULL" : "block_id = $3"),
    [request.from, request.to, ...(request.blockId === null ? [] : [request.blockId])],
    request.blockId === null ? "figures_of_blocks" : "figures_of_block",
  );
  const [first] = rows;
  return {
    sums: rows.filter((row): row is Row & FiguresOfCurrency => row.currency !== null),
    lastImportId: first?.lastImportId ?? null,
    lastImportOn: first?.lastImportOn ?? null,
  };
}

type Row = { readonly currency: CurrencyCode | null } & Omit<FiguresOfCurrency, "currency"> &
  Omit<FiguresRows, "sums">;

// The accounts as an array, worked out once: joined, each of their lines would be looked up for itself.
const statement = (ofBlock: string) => `
  WITH accounts AS MATERIALIZED (SELECT id FROM financial_account WHERE ${ofBlock}),
  last_import AS (
    SELECT b.id, (coalesce(b.finished_at, b.created_at) AT TIME ZONE o.time_zone)::date AS day
    FROM import_batch b CROSS JOIN (SELECT time_zone FROM organisation WHERE id = current_organisation_id()) o
    WHERE b.status = 'complete' AND (b.account_id IN (SELECT id FROM accounts) OR EXISTS (
      SELECT FROM import_statement s WHERE s.batch_id = b.id AND s.account_id IN (SELECT id FROM accounts)))
    ORDER BY b.created_at DESC, b.id DESC LIMIT 1
  ), sums AS (
    SELECT currency, count(*) AS transactions,
      count(*) FILTER (WHERE status = 'matched') AS matched,
      count(*) FILTER (WHERE status IN ('unmatched', 'part_matched')) AS unreconciled,
      count(*) FILTER (WHERE status = 'excluded') AS excluded,
      coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint AS "creditMinor",
      coalesce(sum(-amount_minor) FILTER (WHERE amount_minor < 0), 0)::bigint AS "debitMinor"
    FROM bank_transaction
    WHERE account_id = ANY (ARRAY(SELECT id FROM accounts)) AND removed_at IS NULL
      AND booked_on >= coalesce($1::date, '-infinity') AND booked_on <= coalesce($2::date, 'infinity')
    GROUP BY currency
  )
  SELECT s.*, i.id AS "lastImportId", i.day AS "lastImportOn"
  FROM (SELECT) AS once LEFT JOIN sums s ON true LEFT JOIN last_import i ON true
  ORDER BY s.currency`;
