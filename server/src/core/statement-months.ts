import { type BusinessCalendar, nthBusinessDay } from "./business-days.ts";
import { addMonths, compareDates, type LocalDate, startOfMonth } from "./dates.ts";

/** How an account's statements are brought in by hand. */
export interface StatementCadence {
  /** A day of the first month whose statement is expected. */
  readonly uploadsFrom: LocalDate;
  /** A month's statement is due by this business day of the next month. */
  readonly uploadBusinessDay: number;
}

/**
 * `upcoming` while the month still runs, `due` from the first of the next month to its due day, that day included,
 * `late` afterwards, and `done` once it was brought in.
 */
export type StatementState = "upcoming" | "due" | "late" | "done";

export interface StatementMonth {
  /** The month's first day. */
  readonly month: LocalDate;
  readonly dueOn: LocalDate;
  readonly state: StatementState;
}

/** As many months as are ever worked out at once: ten years. */
export const statementMonthsMax = 120;

/**
 * The months whose statements are expected, the newest first: from the one that runs (or the first expected, where that
 * is still to come) back to the first expected.
 * @param done first days of the months that were brought in
 * @param today in the organisation's time zone
 * @param count at most so many
 */
export function statementMonths(
  cadence: StatementCadence,
  done: ReadonlySet<LocalDate>,
  calendar: BusinessCalendar,
  today: LocalDate,
  count: number,
): StatementMonth[] {
  const first = startOfMonth(cadence.uploadsFrom);
  const running = startOfMonth(today);
  const newest = compareDates(running, first) < 0 ? first : running;
  const months: StatementMonth[] = [];
  for (let back = 0; back < Math.min(count, statementMonthsMax); back += 1) {
    const month = addMonths(newest, -back);
    if (month < first) break;
    const dueOn = statementDueOn(month, cadence.uploadBusinessDay, calendar);
    months.push({ month, dueOn, state: stateOf(month, dueOn, done, today) });
  }
  return months;
}

/** By when a month's statement is due. */
export function statementDueOn(
  month: LocalDate,
  uploadBusinessDay: number,
  calendar: BusinessCalendar,
): LocalDate {
  return nthBusinessDay(addMonths(startOfMonth(month), 1), uploadBusinessDay, calendar);
}

/** Whether a month is over, so that the bank can have written its statement. */
export function isMonthOver(month: LocalDate, today: LocalDate): boolean {
  return startOfMonth(month) < startOfMonth(today);
}

function stateOf(
  month: LocalDate,
  dueOn: LocalDate,
  done: ReadonlySet<LocalDate>,
  today: LocalDate,
): StatementState {
  if (done.has(month)) return "done";
  if (!isMonthOver(month, today)) return "upcoming";
  return today <= dueOn ? "due" : "late";
}
