import type { App } from "../../app.ts";
import { addDays, localDate, parseLocalDate } from "../../core/dates.ts";
import { InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { Holiday } from "./read-calendar.ts";

export interface CalendarCountry {
  readonly code: string;
  readonly name: string;
}

const yearMin = 2000;
const yearMax = 2100;
/** Feasts that last longer are not cut short, a mistake in the data is. */
const daysOfFeastMax = 15;

/** Where a country's own parts have their own bank holidays, and are what people look for. */
const countriesWithParts = ["GB"] as const;

/**
 * The countries whose public holidays can be filled in, by name, as ISO 3166: "GB", and "GB-ENG" for its part England.
 *
 * From the package date-holidays (code ISC; the data, partly from Wikipedia, CC BY 3.0). It is large, so it is loaded
 * only when somebody asks, and computes without the network.
 * @throws Forbidden
 */
export async function listCalendarCountries(_app: App, viewer: Viewer): Promise<CalendarCountry[]> {
  authorise(viewer, "bank_connections:read");
  return calendarCountries();
}

/**
 * A country's public holidays of a year, in order, with the days that stand in for those on a weekend. Days that are
 * merely observed, or only kept by banks, schools or offices, are left out.
 * @param request.country a code of listCalendarCountries
 * @throws Forbidden, InvalidInput
 */
export async function publicHolidays(
  _app: App,
  viewer: Viewer,
  request: { country: string; year: number },
): Promise<Holiday[]> {
  authorise(viewer, "bank_connections:read");
  return holidaysOf(request.country, request.year);
}

/** The same, for the demo's seed: the days are everybody's. @throws InvalidInput */
export async function holidaysOf(givenCountry: string, year: number): Promise<Holiday[]> {
  if (!Number.isInteger(year) || year < yearMin || year > yearMax) {
    throw new InvalidInput(`Ask for a year from ${yearMin} to ${yearMax}.`, "year");
  }
  const code = givenCountry.trim().toUpperCase();
  if (!(await calendarCountries()).some((country) => country.code === code)) {
    throw new InvalidInput("There is no such country.", "country");
  }
  const { default: Holidays } = await import("date-holidays");
  const [country = "", part] = code.split("-");
  const calendar = part === undefined ? new Holidays(country) : new Holidays(country, part);
  const byDay = new Map<string, Holiday>();
  for (const { type, date, start, end, name } of calendar.getHolidays(year, "en")) {
    const first = parseLocalDate(date.slice(0, 10));
    if (type !== "public" || first === null) continue;
    const days = Math.round((end.getTime() - start.getTime()) / dayMs);
    for (let ahead = 0; ahead < Math.min(Math.max(days, 1), daysOfFeastMax); ahead += 1) {
      const day = addDays(first, ahead);
      if (!byDay.has(day)) byDay.set(day, { day, name });
    }
  }
  const [from, to] = [localDate(`${year}-01-01`), localDate(`${year}-12-31`)];
  return [...byDay.values()]
    .filter(({ day }) => day >= from && day <= to)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

const dayMs = 86_400_000;

let known: Promise<CalendarCountry[]> | undefined;

function calendarCountries(): Promise<CalendarCountry[]> {
  known ??= readCountries();
  return known;
}

async function readCountries(): Promise<CalendarCountry[]> {
  const { default: Holidays } = await import("date-holidays");
  const calendar = new Holidays();
  const countries = Object.entries(calendar.getCountries("en"));
  const parts = countriesWithParts.flatMap((country) =>
    Object.entries(calendar.getStates(country, "en") ?? {}).map(
      ([part, name]) =>
        [`${country}-${part}`, `${calendar.getCountries("en")[country]}, ${name}`] as const,
    ),
  );
  return [...countries, ...parts]
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}
