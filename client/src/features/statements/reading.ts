import { formatDate } from "../../lib/format.ts";
import type { CsvReading } from "./documents.ts";

/** A figure of the file and the two ways of reading it. */
export interface TwoWays {
  raw: string;
  first: string;
  second: string;
}

const exampleDate = { raw: "03/04/2026", first: "2026-04-03", second: "2026-03-04" };
const exampleAmount = { raw: "1,234", first: "1234", second: "1.234" };

/**
 * The first date of the preview that can be read with its day or its month first, both ways as ISO
 * days; a made-up one where the preview has none.
 */
export function ambiguousDate({ layout, rows }: CsvReading): TwoWays {
  const column = layout.dateColumn;
  if (column === null) return exampleDate;
  for (const { cells } of rows) {
    const raw = (cells[column] ?? "").trim();
    const found = /^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})\b/.exec(raw);
    if (!found) continue;
    const [, left = "", right = "", year = ""] = found;
    const [one, two] = [Number(left), Number(right)];
    if (one === two || one < 1 || two < 1 || one > 12 || two > 12) continue;
    const full = year.length === 2 ? `20${year}` : year;
    const pad = (value: number) => String(value).padStart(2, "0");
    return {
      raw,
      first: `${full}-${pad(two)}-${pad(one)}`,
      second: `${full}-${pad(one)}-${pad(two)}`,
    };
  }
  return exampleDate;
}

/**
 * The first amount of the preview with one separator before three digits, both ways as plain
 * decimals: the separator parts thousands (first) or decimals (second).
 */
export function ambiguousAmount({ layout, rows }: CsvReading): TwoWays & { separator: "." | "," } {
  const columns = [layout.amountColumn, layout.creditColumn, layout.debitColumn];
  for (const { cells } of rows) {
    for (const column of columns) {
      const raw = column === null ? "" : (cells[column] ?? "").trim();
      const found = /^[^\d]*(\d{1,3})([.,])(\d{3})[^\d]*$/.exec(raw);
      if (!found) continue;
      const [, whole = "", separator = ",", rest = ""] = found;
      const sign = /^[(\-−]/.test(raw) ? "-" : "";
      return {
        raw,
        separator: separator === "." ? "." : ",",
        first: `${sign}${whole}${rest}`,
        second: `${sign}${whole}.${rest}`,
      };
    }
  }
  return { ...exampleAmount, separator: "," };
}

/** The two readings of the file's own date, to choose from. */
export function dateChoices(csv: CsvReading) {
  const { raw, first, second } = ambiguousDate(csv);
  const long = (day: string) => formatDate(day, { dateStyle: "long" });
  return {
    raw,
    choices: [
      { value: "DAY_FIRST" as const, label: "Day, month, year", read: long(first) },
      { value: "MONTH_FIRST" as const, label: "Month, day, year", read: long(second) },
    ],
  };
}

/** The two readings of the file's own amount, to choose from. */
export function amountChoices(csv: CsvReading) {
  const { raw, separator, first, second } = ambiguousAmount(csv);
  const plain = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2 });
  const exact = new Intl.NumberFormat(undefined, { minimumFractionDigits: 3 });
  const [sign, other] =
    separator === "," ? (["COMMA", "POINT"] as const) : (["POINT", "COMMA"] as const);
  const word = separator === "," ? "comma" : "point";
  return {
    raw,
    choices: [
      {
        value: other,
        label: `The ${word} parts thousands`,
        read: plain.format(first as `${number}`),
      },
      {
        value: sign,
        label: `The ${word} parts decimals`,
        read: exact.format(second as `${number}`),
      },
    ],
  };
}
