import { addMonths, utcDay } from "../../../core/dates.ts";
import type { Sql } from "../../../db/sql.ts";
import { type RuleLine, ruleLineColumns } from "./rule-line.sql.ts";

/** How far back rules are tried. */
export const historyMonthsMax = 12;
/** The most lines that rules are tried on: the newest. */
export const historyLinesMax = 20_000;

export interface RuleHistory {
  readonly lines: readonly RuleLine[];
  /** Whether there are more lines in these months than were looked at. */
  readonly bounded: boolean;
}

/** The bank transactions of the last months, the newest first, whatever has become of them; none that was removed. */
export async function readRuleHistory(sql: Sql, now: Date): Promise<RuleHistory> {
  const lines = await sql.query<RuleLine>(
    `SELECT ${ruleLineColumns} FROM bank_transaction
     WHERE removed_at IS NULL AND booked_on >= $1 ORDER BY booked_on DESC, id DESC LIMIT ${historyLinesMax + 1}`,
    [addMonths(utcDay(now), -historyMonthsMax)],
  );
  const bounded = lines.length > historyLinesMax;
  return { lines: bounded ? lines.slice(0, historyLinesMax) : lines, bounded };
}
