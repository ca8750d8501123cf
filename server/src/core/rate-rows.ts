import { type CurrencyCode, isCurrencyCode } from "./currencies.ts";
import { addDays, compareDates, type LocalDate, parseLocalDate } from "./dates.ts";
import type { Rate } from "./matching/rates.ts";

/** A rate as it was given, with its place: the line of a file or the place in a list, from 1. */
export type RateRow = {
  readonly row: number;
  readonly base: string;
  readonly quote: string;
  readonly day: string;
  readonly rate: string;
};

export type RateProblem = {
  readonly row: number;
  readonly field: "base" | "quote" | "day" | "rate" | null;
  readonly message: string;
};

const columns = ["base", "quote", "day", "rate"] as const;

/**
 * The rows of a table whose first row names its columns: base, quote, day, rate, in any order and any case; others are
 * passed over.
 */
export function readRateTable(
  table: readonly { readonly line: number; readonly cells: readonly string[] }[],
): { readonly rows: readonly RateRow[]; readonly problems: readonly RateProblem[] } {
  const [header, ...body] = table;
  const names = (header?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const message = `The first row names the columns base, quote, day and rate; missing: ${missing.join(", ")}.`;
    return { rows: [], problems: [{ row: header?.line ?? 1, field: null, message }] };
  }
  const at = (cells: readonly string[], column: (typeof columns)[number]) =>
    (cells[names.indexOf(column)] ?? "").trim();
  const rows = body.map(({ line, cells }) => ({
    row: line,
    base: at(cells, "base"),
    quote: at(cells, "quote"),
    day: at(cells, "day"),
    rate: at(cells, "rate"),
  }));
  return { rows, problems: [] };
}

/**
 * Checks rates, each by itself and all together: known currencies, two of them, an existing day that is not ahead, an
 * exact decimal above zero of at most twelve digits on either side of its point (or comma), and no two rates for one
 * pair and day.
 */
export function checkRates(
  rows: readonly RateRow[],
  today: LocalDate,
): { readonly rates: readonly Rate[]; readonly problems: readonly RateProblem[] } {
  const problems: RateProblem[] = [];
  const rates = new Map<string, Rate>();
  // Where it is a day later already.
  const latest = addDays(today, 1);
  for (const given of rows) {
    const checked = checkRate(given, latest);
    if ("message" in checked) {
      problems.push({ row: given.row, ...checked });
      continue;
    }
    const key = `${checked.base}/${checked.quote}/${checked.day}`;
    const before = rates.get(key);
    if (before !== undefined && before.rate !== checked.rate) {
      const message = `There are two rates for ${checked.base} in ${checked.quote} on ${checked.day}: ${before.rate} and ${checked.rate}.`;
      problems.push({ row: given.row, field: "rate", message });
    }
    rates.set(key, checked);
  }
  return { rates: [...rates.values()], problems };
}

function checkRate(given: RateRow, latest: LocalDate): Rate | Omit<RateProblem, "row"> {
  const base = currencyOf(given.base);
  if (base === null)
    return { field: "base", message: `“${cut(given.base)}” is no currency of ISO 4217.` };
  const quote = currencyOf(given.quote);
  if (quote === null)
    return { field: "quote", message: `“${cut(given.quote)}” is no currency of ISO 4217.` };
  if (base === quote) return { field: "quote", message: "A rate is between two currencies." };
  const day = parseLocalDate(given.day);
  if (day === null)
    return { field: "day", message: `“${cut(given.day)}” is no day such as 2026-11-21.` };
  if (compareDates(day, latest) > 0) return { field: "day", message: `${day} is still to come.` };
  const rate = readRate(given.rate);
  if (rate === null) {
    const message = `“${cut(given.rate)}” is no rate: a decimal above zero, up to twelve digits before and after its point.`;
    return { field: "rate", message };
  }
  return { base, quote, day, rate };
}

/** The plain decimal without zeros that say nothing, or null. One comma is taken for the point. */
function readRate(text: string): string | null {
  const parts = /^\+?([0-9]{1,18})(?:[.,]([0-9]{1,18}))?$/.exec(text.trim());
  if (parts === null) return null;
  const whole = (parts[1] ?? "").replace(/^0+(?=[0-9])/, "");
  const fraction = (parts[2] ?? "").replace(/0+$/, "");
  if (whole.length > 12 || fraction.length > 12) return null;
  const rate = fraction === "" ? whole : `${whole}.${fraction}`;
  return rate === "0" ? null : rate;
}

function currencyOf(text: string): CurrencyCode | null {
  const code = text.trim().toUpperCase();
  return isCurrencyCode(code) ? code : null;
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
