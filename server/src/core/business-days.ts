import { addDays, dayNumber, type LocalDate, startOfMonth } from "./dates.ts";

/** Which days an organisation does business on. */
export interface BusinessCalendar {
  /** Days of the week without business, ISO: 1 is Monday, 7 is Sunday. */
  readonly weekendDays: ReadonlySet<number>;
  readonly holidays: ReadonlySet<LocalDate>;
}

/** So many days are looked at for the next day of business: a calendar without any still gives an answer. */
const daysLookedAtMax = 400;

/** 1 is Monday, 7 is Sunday. */
export function isoWeekday(day: LocalDate): number {
  // Day 0, 1970-01-01, was a Thursday.
  return ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1;
}

export function isBusinessDay(day: LocalDate, calendar: BusinessCalendar): boolean {
  return !calendar.weekendDays.has(isoWeekday(day)) && !calendar.holidays.has(day);
}

/**
 * The nth day of business counted from the first of the month that `month` lies in. A month with fewer is counted on
 * into the next one: what is due by the 20th business day of a short February is due early in March.
 * @param n from 1
 */
export function nthBusinessDay(month: LocalDate, n: number, calendar: BusinessCalendar): LocalDate {
  const first = startOfMonth(month);
  let [found, day] = [0, first];
  for (let ahead = 0; ahead < daysLookedAtMax; ahead += 1) {
    day = addDays(first, ahead);
    if (isBusinessDay(day, calendar)) found += 1;
    if (found >= n) return day;
  }
  return day;
}
