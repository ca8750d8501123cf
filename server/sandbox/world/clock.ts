import { addDays, daysBetween, isoDate } from "../../../prisma/story/calendar.ts";

export interface Clock {
  /** Milliseconds since 1970, ahead of the real time by the days that were skipped. */
  now(): number;
  /** The bank's business date, UTC. */
  today(): string;
  /** Skips days. */
  move(days: number): void;
}

/** A clock that can be moved ahead. `startsOn` replaces today's date; from there it runs on as usual. */
export function createClock(startsOn: string | undefined, realNow: () => number = Date.now): Clock {
  const realStart = isoDate(realNow());
  let movedDays = 0;
  return {
    now: () => realNow() + movedDays * 86_400_000,
    today: () =>
      addDays(startsOn ?? realStart, daysBetween(realStart, isoDate(realNow())) + movedDays),
    move(days) {
      movedDays += days;
    },
  };
}
