import type { LocalDate } from "../../../core/dates.ts";

const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** A day in a sentence: "20 November 2026". A moment by its day in UTC. */
export function dayInWords(day: LocalDate | Date): string {
  const iso = typeof day === "string" ? day : day.toISOString().slice(0, 10);
  const [year, month, dayOfMonth] = iso.split("-").map(Number);
  return `${dayOfMonth} ${months[(month ?? 1) - 1]} ${year}`;
}
