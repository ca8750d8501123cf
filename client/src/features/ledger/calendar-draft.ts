import type { Holiday } from "./documents.ts";

export interface CalendarDraft {
  /** ISO: 1 is Monday, 7 is Sunday. */
  weekendDays: number[];
  holidays: Holiday[];
}

/** In the order of days; of two on one day the first stays, as a person may have named it. */
export function withHolidays(known: Holiday[], more: Holiday[]): Holiday[] {
  const days = new Set(known.map(({ day }) => day));
  const added = more.filter(({ day }) => {
    const fresh = !days.has(day);
    days.add(day);
    return fresh;
  });
  return [...known, ...added].toSorted((left, right) => left.day.localeCompare(right.day));
}

export function isSameCalendar(left: CalendarDraft, right: CalendarDraft): boolean {
  return textOf(left) === textOf(right);
}

function textOf({ weekendDays, holidays }: CalendarDraft): string {
  const days = weekendDays.toSorted((left, right) => left - right);
  return JSON.stringify([days, withHolidays([], holidays).map(({ day, name }) => [day, name])]);
}
