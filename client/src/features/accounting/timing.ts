import type { PushMode } from "./labels.ts";

/** The longest pause between two pushes on a schedule: a month. */
const hoursMax = 744;

/** How often a feed is pushed as somebody typed it; null where it is not on a schedule, or no such number. */
export function hoursOf(mode: PushMode, typed: string): number | null {
  const hours = Number(typed);
  return mode === "SCHEDULED" && Number.isInteger(hours) && hours >= 1 && hours <= hoursMax
    ? hours
    : null;
}

/** What is wrong with what was typed; undefined when nothing is. */
export function hoursProblem(mode: PushMode, typed: string): string | undefined {
  if (mode !== "SCHEDULED" || hoursOf(mode, typed) !== null) return undefined;
  return `Give whole hours, from 1 to ${hoursMax}.`;
}
