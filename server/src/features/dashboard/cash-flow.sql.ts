import type { LocalDate } from "../../core/dates.ts";
import type { Sql } from "../../db/sql.ts";

export interface CashFlowMonth {
  /** The month's first day. */
  readonly month: LocalDate;
  /** Minor units; both without a sign. */
  readonly inMinor: bigint;
  readonly outMinor: bigint;
}

/** The most months that a cash flow covers. */
export const cashFlowMonthsMax = 36;

/**
 * Money in and out by month, the oldest first, up to the current month of the organisation's time zone; months without
 * any are there with zeros. Posted transactions, excluded ones too: they moved money. Not those of a transfer category:
 * money between own accounts is no flow.
 * @param months 1 to cashFlowMonthsMax
 */
export async function readCashFlow(
  sql: Sql,
  request: { currency: string; months: number; now: Date },
): Promise<CashFlowMonth[]> {
  return sql.query<CashFlowMonth>(
    statement,
    [request.now, request.months, request.currency],
    "cash_flow",
  );
}

// One range of the index for each month: truncating each row's day to its month took three times as long.
const statement = `
  WITH months AS (
    SELECT (date_trunc('month', $1::timestamptz AT TIME ZONE time_zone) - make_interval(months => n))::date AS month
    FROM organisation, generate_series(0, $2::int - 1) AS n
    WHERE id = current_organisation_id()
  )
  SELECT m.month, coalesce(f.money_in, 0)::bigint AS "inMinor", coalesce(f.money_out, 0)::bigint AS "outMinor"
  FROM months m CROSS JOIN LATERAL (
    SELECT sum(amount_minor) FILTER (WHERE amount_minor > 0) AS money_in,
      sum(-amount_minor) FILTER (WHERE amount_minor < 0) AS money_out
    FROM bank_transaction
    WHERE booked_on >= m.month AND booked_on < (m.month + interval '1 month')::date
      AND removed_at IS NULL AND NOT pending AND currency = $3
      AND (category_id IS NULL OR category_id NOT IN (SELECT id FROM category WHERE kind = 'transfer'))
  ) AS f
  ORDER BY m.month`;
