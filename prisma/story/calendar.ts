/** Arithmetic on ISO dates (YYYY-MM-DD), in UTC, without a clock. */

const DAY_MS = 86_400_000;

/** The date `days` later, or earlier when negative. */
export function addDays(date: string, days: number): string {
  return isoDate(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

/** The UTC date of an instant in milliseconds. */
export function isoDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** Whether the text is a date that exists, as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && isoDate(time) === text;
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** 0 is Sunday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** The date itself, or the Monday after when it falls on a weekend: banks book on working days. */
export function businessDay(date: string): string {
  const day = weekday(date);
  if (day === 6) return addDays(date, 2);
  if (day === 0) return addDays(date, 1);
  return date;
}

/** Every date from `from` to `to` with this day of the month; 29 to 31 fall back to the month's last day. */
export function monthly(from: string, to: string, dayOfMonth: number): string[] {
  const dates: string[] = [];
  let year = Number(from.slice(0, 4));
  let month = Number(from.slice(5, 7)) - 1;
  for (;;) {
    const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const date = isoDate(Date.UTC(year, month, Math.min(dayOfMonth, lastDay)));
    if (date > to) return dates;
    if (date >= from) dates.push(date);
    month += 1;
    if (month === 12) {
      month = 0;
      year += 1;
    }
  }
}
