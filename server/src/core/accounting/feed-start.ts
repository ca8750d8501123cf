import type { LocalDate } from "../dates.ts";
import { addDays } from "../dates.ts";
import type { PushRules } from "./push-rules.ts";

/** The first day from which the package still takes lines; null where it takes any. */
export function earliestDay(rules: PushRules, today: LocalDate): LocalDate | null {
  return rules.daysBackMax === null ? null : addDays(today, -rules.daysBackMax);
}

/** Whether the package no longer takes a line of this day. */
export function tooOldForFeed(bookedOn: LocalDate, rules: PushRules, today: LocalDate): boolean {
  const earliest = earliestDay(rules, today);
  return earliest !== null && bookedOn < earliest;
}

export type FeedStartProblem = "in_the_future" | "too_old";

/** What speaks against a feed's first day; null: nothing. */
export function feedStartProblem(
  feedStartOn: LocalDate,
  rules: PushRules,
  today: LocalDate,
): FeedStartProblem | null {
  if (feedStartOn > today) return "in_the_future";
  return tooOldForFeed(feedStartOn, rules, today) ? "too_old" : null;
}
