import { type LocalDate, parseLocalDate } from "../../dates.ts";
import type { DateOrder } from "./layout.ts";

/** The day that a cell names, or why there is none. */
export type DayReading = LocalDate | "missing_date" | "bad_date";

const dayCharactersMax = 48;

/**
 * Reads a date as banks print it: 2026-01-05, 20260105, 05/01/2026, 5.1.26, "5 Jan 2026", "Jan 5, 2026", month names in
 * English, German, French, Dutch, Spanish and Italian; a time after it and a weekday before it are passed over. Two digits
 * of a year mean 1980 to 2079 and never come first.
 *
 * `order` alone says which of two numbers is the day; it is never guessed from the numbers. Without it only dates that say
 * it themselves are read. A day that the calendar does not have (31/02) is `bad_date`.
 */
export function readDay(text: string, order: DateOrder | null): DayReading {
  const fast = readPlainDay(text, order);
  if (fast !== null) return fast;
  if (text.length > dayCharactersMax * 2) return "bad_date";
  const trimmed = text.trim();
  if (trimmed === "") return "missing_date";
  if (trimmed.length > dayCharactersMax) return "bad_date";
  const timeless = trimmed.replace(timeOfDay, "");
  const numeric = timeless.replace(weekday, "");
  return (
    readPlainDay(numeric, order) ??
    readNumericDay(numeric, order) ??
    readNamedDay(timeless) ??
    "bad_date"
  );
}

/**
 * Whether a column's order is still open after this cell: the orders by which it reads as a day. Dates that say it
 * themselves answer one order, and dotted dates are day first: nobody writes the month before a dot.
 */
export function possibleOrders(text: string): readonly DateOrder[] {
  if (!/\d/.test(text)) return [];
  const own = readDay(text, null);
  if (isDay(own)) return /^\s*\d{4}|^\s*\d{8}/.test(text) ? yearFirst : anyOrder;
  const dayFirst = isDay(readDay(text, "day_first"));
  if (dayFirst && /^\s*\d{1,2}\.\s?\d{1,2}\./.test(text)) return ["day_first"];
  const monthFirst = isDay(readDay(text, "month_first"));
  if (dayFirst) return monthFirst ? ["day_first", "month_first"] : ["day_first"];
  return monthFirst ? ["month_first"] : [];
}

/** What `possibleOrders` answers for a date with a month's name: it fits every order and decides none. */
export const anyOrder: readonly DateOrder[] = ["day_first", "month_first", "year_first"];
const yearFirst: readonly DateOrder[] = ["year_first"];

export function isDay(reading: DayReading): reading is LocalDate {
  return reading !== "bad_date" && reading !== "missing_date";
}

/** "2026-01-05", "05/01/2026" and "20260105" by their character codes: a million dates take a tenth of a second. Null for others. */
function readPlainDay(text: string, order: DateOrder | null): DayReading | null {
  if (text.length === 10) {
    const third = text.charCodeAt(2);
    if (third === slash || third === dot || third === dash) {
      if (text.charCodeAt(5) !== third || order === null || order === "year_first") return null;
      const [a, b] = [digitsAt(text, 0, 2), digitsAt(text, 3, 2)];
      const year = digitsAt(text, 6, 4);
      if (a < 0 || b < 0 || year < 0) return null;
      return order === "day_first" ? day(year, b, a) : day(year, a, b);
    }
    const fifth = text.charCodeAt(4);
    if (fifth !== dash && fifth !== slash && fifth !== dot) return null;
    if (text.charCodeAt(7) !== fifth) return null;
    const year = digitsAt(text, 0, 4);
    const [month, dayOfMonth] = [digitsAt(text, 5, 2), digitsAt(text, 8, 2)];
    return year < 0 || month < 0 || dayOfMonth < 0 ? null : day(year, month, dayOfMonth);
  }
  if (text.length !== 8) return null;
  const year = digitsAt(text, 0, 4);
  if (year < yearMin || year > yearMax) return null;
  const [month, dayOfMonth] = [digitsAt(text, 4, 2), digitsAt(text, 6, 2)];
  return month < 0 || dayOfMonth < 0 ? null : day(year, month, dayOfMonth);
}

const slash = 47;
const dot = 46;
const dash = 45;
/** A bank's books; eight digits with another year are no date of this shape. */
const yearMin = 1900;
const yearMax = 2199;

function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of one file repeat; the texts are made once. Bounded by the months of the years taken. */
const daysMade = new Map<number, LocalDate>();
const daysMadeMax = 20_000;

function day(year: number, month: number, dayOfMonth: number): DayReading {
  if (month < 1 || month > 12 || dayOfMonth < 1) return "bad_date";
  if (dayOfMonth > (daysOfMonth[month - 1] ?? 0)) return "bad_date";
  if (year < yearMin || year > yearMax) return "bad_date";
  const key = (year * 100 + month) * 100 + dayOfMonth;
  const known = daysMade.get(key);
  if (known !== undefined) return known;
  const made = parseLocalDate(
    `${year}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`,
  );
  if (made === null) return "bad_date";
  if (daysMade.size < daysMadeMax) daysMade.set(key, made);
  return made;
}

/** "T10:22:31.000+01:00", " 10:22 PM", ", 10.22 Uhr" at the end. */
const timeOfDay =
  /(?<=\d)[T,\s]\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?\s*(?:[ap]\.?m\.?|uhr|h|utc|gmt|z)?\s*(?:[+-]\d{2}:?\d{2})?$/i;
const weekday = /^\p{L}{2,10}\.?,?\s+(?=\d)/u;

function readNumericDay(text: string, order: DateOrder | null): DayReading | null {
  const parts = /^(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?$/.exec(text);
  if (parts === null) return readCompactDay(text, order);
  const [, first = "", , second = "", third = ""] = parts;
  if (first.length === 4) return third.length <= 2 ? day(+first, +second, +third) : "bad_date";
  if (first.length === 3 || third.length === 1 || third.length === 3) return "bad_date";
  if (order === null || order === "year_first") return "bad_date";
  const year = yearOf(third);
  return order === "day_first" ? day(year, +second, +first) : day(year, +first, +second);
}

/** "05012026", eight digits that do not begin with a year. */
function readCompactDay(text: string, order: DateOrder | null): DayReading | null {
  const parts = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (parts === null) return null;
  if (order === null || order === "year_first") return "bad_date";
  const [, first = "", second = "", year = ""] = parts;
  return order === "day_first" ? day(+year, +second, +first) : day(+year, +first, +second);
}

function yearOf(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year >= 80 ? 1900 + year : 2000 + year;
}

/** "5 Jan 2026", "Jan 5, 2026", "2026-Jan-05", "5. Januar 2026", "1er janvier 2026", "5 de enero de 2026". */
function readNamedDay(text: string): DayReading | null {
  const words = text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[\s,./'’-]+/)
    .filter((word) => word !== "" && word !== "de" && word !== "del" && word !== "of");
  if (words.length === 4 && /^[a-z]+$/.test(words[0] ?? "")) words.shift();
  if (words.length !== 3) return null;
  const named = words.findIndex((word) => monthsByName.has(word));
  const month = monthsByName.get(words[named] ?? "");
  if (month === undefined || named === 2) return null;
  const [a = "", b = ""] = words.filter((_, place) => place !== named);
  const [dayText, yearText] = /^\d{4}$/.test(a) ? [b, a] : [a, b];
  const dayOfMonth = /^(\d{1,2})(?:st|nd|rd|th|er|o|º|°)?$/.exec(dayText)?.[1];
  if (dayOfMonth === undefined || !/^(?:\d{2}|\d{4})$/.test(yearText)) return null;
  return day(yearOf(yearText), month, Number(dayOfMonth));
}

/** Names and the short forms that banks print, without accents, in the six languages. */
const monthsByName: ReadonlyMap<string, number> = new Map(
  [
    "jan january januar janner janv janvier januari ene enero gen gennaio jän",
    "feb february februar fev fevr fevrier februari febrero febbraio febr",
    "mar march marz mars maart mrt marzo mrz maerz",
    "apr april avr avril abr abril aprile",
    "may mai mei mayo mag maggio",
    "jun june juni juin junio giu giugno",
    "jul july juli juil juillet julio lug luglio",
    "aug august aout augustus ago agosto aou",
    "sep sept september septembre septiembre set sett settembre",
    "oct october okt oktober octobre octubre ott ottobre",
    "nov november novembre noviembre",
    "dec december dez dezember decembre dic diciembre dicembre",
  ].flatMap((names, index) => names.split(" ").map((name) => [name, index + 1] as const)),
);
