import type { CurrencyCode } from "../../core/currencies.ts";
import type { Sql } from "../../db/sql.ts";

/** The kinds of sum on the dashboard, each by currency. */
export type FigureName = "cash" | "unreconciled" | "receivable" | "payable" | "overdue_receivable";

export interface FigureRow {
  readonly figure: FigureName;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  readonly count: bigint;
}

export interface DashboardRows {
  readonly sums: readonly FigureRow[];
  readonly matched: bigint;
  readonly counted: bigint;
}

/** Over how many days the match rate is taken. */
export const matchRateDays = 90;

/**
 * Every figure of the dashboard in one round trip, from covering indexes.
 * @param now decides, in the organisation's time zone, which day is today
 */
export async function readFigures(sql: Sql, now: Date): Promise<DashboardRows> {
  const rows = await sql.query<FigureRow & { figure: FigureName | "matched" | "counted" }>(
    statement,
    [now],
    "dashboard_figures",
  );
  const countOf = (figure: string) => rows.find((row) => row.figure === figure)?.count ?? 0n;
  return {
    sums: rows.filter((row): row is FigureRow => row.currency !== null),
    matched: countOf("matched"),
    counted: countOf("counted"),
  };
}

// A sum of bigints is a numeric: the cast back fails rather than rounds.
const statement = `
  WITH today AS (
    SELECT ($1::timestamptz AT TIME ZONE time_zone)::date AS day FROM organisation
    WHERE id = current_organisation_id()
  ), recent AS (
    SELECT count(*) FILTER (WHERE status = 'matched') AS matched,
      count(*) FILTER (WHERE status IN ('matched', 'part_matched', 'unmatched')) AS counted
    FROM bank_transaction
    WHERE booked_on > (SELECT day - ${matchRateDays} FROM today) AND removed_at IS NULL AND NOT pending
  )
  SELECT 'cash' AS figure, a.currency, sum(a.balance_current_minor)::bigint AS "amountMinor",
    count(*) AS count
  FROM financial_account a
  JOIN bank_connection c ON c.organisation_id = a.organisation_id AND c.id = a.connection_id
  WHERE a.closed_at IS NULL AND c.deleted_at IS NULL AND a.balance_current_minor IS NOT NULL
  GROUP BY a.currency
  UNION ALL
  SELECT 'unreconciled', currency, sum(abs(amount_minor) - allocated_minor)::bigint, count(*)
  FROM bank_transaction WHERE status IN ('unmatched', 'part_matched') AND NOT pending
  GROUP BY currency
  UNION ALL
  SELECT CASE kind WHEN 'expense' THEN 'payable' ELSE 'receivable' END, currency, sum(open_minor)::bigint, count(*)
  FROM open_item WHERE status IN ('open', 'part_paid')
  GROUP BY 1, currency
  UNION ALL
  SELECT 'overdue_receivable', currency, sum(open_minor)::bigint, count(*)
  FROM open_item
  WHERE status IN ('open', 'part_paid') AND kind <> 'expense' AND due_on < (SELECT day FROM today)
  GROUP BY currency
  UNION ALL SELECT 'matched', NULL, NULL, matched FROM recent
  UNION ALL SELECT 'counted', NULL, NULL, counted FROM recent
  ORDER BY figure, currency`;
