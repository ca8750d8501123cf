import { addDays, daysBetween, type LocalDate } from "./dates.ts";

/** A balance at the end of a day. */
export interface DayBalance {
  readonly day: LocalDate;
  readonly balanceMinor: bigint;
}

/**
 * One balance for each day from `from` to `to`, both included: a day that none is known of has the last one before it.
 * Before the first that is known there is nothing, and nothing is made up.
 * @param known any order; those before `from` carry into it
 */
export function balanceHistory(
  known: readonly DayBalance[],
  from: LocalDate,
  to: LocalDate,
): DayBalance[] {
  const sorted = [...known].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const points: DayBalance[] = [];
  let next = 0;
  let last: bigint | null = null;
  for (let ahead = 0; ahead <= daysBetween(from, to); ahead += 1) {
    const day = addDays(from, ahead);
    for (let entry = sorted[next]; entry && entry.day <= day; entry = sorted[next]) {
      last = entry.balanceMinor;
      next += 1;
    }
    if (last !== null) points.push({ day, balanceMinor: last });
  }
  return points;
}
