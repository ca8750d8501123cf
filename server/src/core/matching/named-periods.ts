import { dayNumber, localDate } from "../dates.ts";
import { tokens } from "../text.ts";
import { monthOf } from "./named-months.ts";

/** Whole months that a text names: the first day and the last, and how many months they are. */
export type Period = {
  readonly startDay: number;
  readonly endDay: number;
  readonly months: number;
};

type Named = { readonly month: number; readonly months: number; readonly year: number | null };

const ordinals: Readonly<Record<string, number>> = {
  ...{ first: 1, second: 2, third: 3, fourth: 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4 },
  ...{ erstes: 1, zweites: 2, drittes: 3, viertes: 4, "1": 1, "2": 2, "3": 3, "4": 4 },
};
const quarterWords = new Set("quarter qtr quartal trimestre kwartaal quartier".split(" "));
const halfWords = new Set("half halbjahr semestre semester".split(" "));

/**
 * The quarters, half-years, months and runs of months that a text names: "Q3", "third quarter 2026", "H1/26", "Jul-Sep",
 * "11/2026". Without a year it is the one that begins nearest to a day.
 */
export function namedPeriods(text: string, nearDay: number): readonly Period[] {
  const found: Named[] = [];
  for (const [, month = "", year = ""] of text.matchAll(
    /(?<![0-9./-])(0?[1-9]|1[0-2])[/.](20[0-9]{2})(?![0-9])/g,
  )) {
    found.push({ month: Number(month), months: 1, year: Number(year) });
  }
  const words = tokens(text);
  for (let at = 0; at < words.length; at++) {
    const read = readAt(words, at);
    if (read === null) continue;
    found.push(read.named);
    at = read.last;
  }
  const periods = new Map<string, Period>();
  for (const named of found) {
    const period = periodOf(named, nearDay);
    periods.set(`${period.startDay} ${period.endDay}`, period);
  }
  return [...periods.values()];
}

function readAt(
  words: readonly string[],
  at: number,
): { readonly named: Named; readonly last: number } | null {
  const word = words[at] ?? "";
  const next = words[at + 1] ?? "";
  const short =
    /^(q|h)([1-4])$/.exec(word) ?? /^(q|h)([1-4])$/.exec(word === "q" ? `q${next}` : "");
  if (short !== null) {
    const last = word.length === 1 ? at + 1 : at;
    return partOfYear(words, at, last, short[1] === "q" ? 3 : 6, Number(short[2]));
  }
  const ordinal = ordinals[word];
  if (ordinal !== undefined && quarterWords.has(next))
    return partOfYear(words, at, at + 1, 3, ordinal);
  if (ordinal !== undefined && halfWords.has(next))
    return partOfYear(words, at, at + 1, 6, ordinal);
  const first = monthOf(word);
  if (first === null) return null;
  const joined = next === "to" || next === "bis" || next === "until";
  const end = joined ? at + 2 : at + 1;
  const last = monthOf(words[end] ?? "");
  const month = Number(first);
  if (last === null)
    return { named: { month, months: 1, year: yearBeside(words, at, at) }, last: at };
  const months = ((Number(last) - month + 12) % 12) + 1;
  return { named: { month, months, year: yearBeside(words, at, end) }, last: end };
}

function partOfYear(
  words: readonly string[],
  at: number,
  last: number,
  months: number,
  part: number,
): { readonly named: Named; readonly last: number } | null {
  if (part * months > 12) return null;
  const month = (part - 1) * months + 1;
  return { named: { month, months, year: yearBeside(words, at, last) }, last };
}

/** The year behind what was read, or before it. */
function yearBeside(words: readonly string[], first: number, last: number): number | null {
  for (const word of [words[last + 1] ?? "", words[first - 1] ?? ""]) {
    if (/^20[0-9]{2}$/.test(word)) return Number(word);
  }
  const behind = words[last + 1] ?? "";
  return /^2[0-9]$/.test(behind) ? 2000 + Number(behind) : null;
}

function periodOf({ month, months, year }: Named, nearDay: number): Period {
  if (year !== null) return between(year, month, months);
  const nearYear = 1970 + Math.floor(nearDay / 365.2425);
  const [first, ...others] = [nearYear, nearYear - 1, nearYear + 1].map((one) =>
    between(one, month, months),
  ) as [Period, Period, Period];
  return others.reduce(
    (best, one) =>
      Math.abs(one.startDay - nearDay) < Math.abs(best.startDay - nearDay) ? one : best,
    first,
  );
}

function between(year: number, month: number, months: number): Period {
  return { startDay: firstOf(year, month), endDay: firstOf(year, month + months) - 1, months };
}

function firstOf(year: number, month: number): number {
  const over = Math.floor((month - 1) / 12);
  const padded = String(month - over * 12).padStart(2, "0");
  return dayNumber(localDate(`${year + over}-${padded}-01`));
}
