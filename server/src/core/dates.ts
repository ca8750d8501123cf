import { assert } from "./assert.ts";

declare const localDateBrand: unique symbol;

/**
 * A calendar day without time or zone, "2026-11-21". Such strings sort as the days do.
 * All arithmetic is on day numbers of the proleptic Gregorian calendar, never through `Date`,
 * whose parsing and getters depend on the machine's zone.
 */
export type LocalDate = string & { readonly [localDateBrand]: "LocalDate" };

/** The day that a text such as "2026-11-21" names, or null when there is no such day. */
export function parseLocalDate(text: string): LocalDate | null {
  return isLocalDate(text) ? text : null;
}

export function isLocalDate(text: string): text is LocalDate {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** For days that the program itself wrote down: a text that is no day is a bug. */
export function localDate(text: string): LocalDate {
  if (!isLocalDate(text)) throw new TypeError(`not a calendar day: ${text.slice(0, 40)}`);
  return text;
}

/** Days from one day to another: positive when `to` is later. */
/** The day on which a moment falls in UTC. */
export function utcDay(moment: Date): LocalDate {
  return localDate(moment.toISOString().slice(0, 10));
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumber(to) - dayNumber(from);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  assert(Number.isInteger(days), "whole days only");
  return fromDayNumber(dayNumber(date) + days);
}

/** Adds calendar months; a day that the target month lacks becomes that month's last day. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  assert(Number.isInteger(months), "whole months only");
  const { year, month, day } = split(date);
  const index = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(index / 12);
  const targetMonth = index - targetYear * 12 + 1;
  return join(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

export function startOfMonth(date: LocalDate): LocalDate {
  const { year, month } = split(date);
  return join(year, month, 1);
}

export function endOfMonth(date: LocalDate): LocalDate {
  const { year, month } = split(date);
  return join(year, month, daysInMonth(year, month));
}

export function compareDates(a: LocalDate, b: LocalDate): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Days since 1970-01-01, after Howard Hinnant's `days_from_civil`. */
export function dayNumber(date: LocalDate): number {
  const { year, month, day } = split(date);
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The reverse of `dayNumber`, after Howard Hinnant's `civil_from_days`. */
export function fromDayNumber(days: number): LocalDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return join(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function split(date: LocalDate): { year: number; month: number; day: number } {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  };
}

function join(year: number, month: number, day: number): LocalDate {
  assert(year >= 1 && year <= 9999, "years 1 to 9999 only");
  const text = [String(year).padStart(4, "0"), String(month).padStart(2, "0")];
  return localDate(`${text.join("-")}-${String(day).padStart(2, "0")}`);
}
