import {
  addDays,
  addMonths,
  compareDates,
  daysBetween,
  endOfMonth,
  type LocalDate,
  startOfMonth,
} from "./dates.ts";

/** The days that one statement tells of. */
export interface Span {
  readonly first: LocalDate;
  readonly last: LocalDate;
}

/** An account may rest for a week and more at a month's turn, or between two daily statements. */
const restDaysMax = 8;

/**
 * The months, as their first days, that are over and that statements cover from end to end, but for rests of about a
 * week. @param today in the organisation's time zone
 */
export function coveredMonths(spans: readonly Span[], today: LocalDate): LocalDate[] {
  const sorted = [...spans].sort((a, b) => compareDates(a.first, b.first));
  const months = new Set(sorted.flatMap((span) => monthsOf(span)));
  return [...months]
    .filter((month) => month < startOfMonth(today) && covers(sorted, month))
    .sort(compareDates);
}

function covers(sorted: readonly Span[], month: LocalDate): boolean {
  let reached = addDays(month, -1);
  for (const { first, last } of sorted) {
    if (last < month) continue;
    if (daysBetween(reached, first) > restDaysMax) break;
    if (last > reached) reached = last;
  }
  return daysBetween(reached, endOfMonth(month)) <= restDaysMax;
}

/** Ten years: a span of more is a mistake in the file. */
const monthsMax = 120;

function monthsOf({ first, last }: Span): LocalDate[] {
  const months: LocalDate[] = [];
  let month = startOfMonth(last);
  for (; month >= startOfMonth(first) && months.length < monthsMax; month = addMonths(month, -1)) {
    months.push(month);
  }
  return months;
}
