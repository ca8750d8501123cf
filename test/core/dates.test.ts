import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  compareDates,
  dayNumber,
  daysBetween,
  endOfMonth,
  fromDayNumber,
  localDate,
  parseLocalDate,
  startOfMonth,
} from "../../server/src/core/dates.ts";
import { law } from "./law.ts";

const days = fc.integer({
  min: dayNumber(localDate("0001-01-01")),
  max: dayNumber(localDate("9999-12-31")),
});

describe("local dates", () => {
  it("takes calendar days only", () => {
    expect(parseLocalDate("2026-11-21")).toBe("2026-11-21");
    expect(parseLocalDate("2028-02-29")).toBe("2028-02-29");
    const none = [
      "2026-02-29",
      "1900-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-04-31",
      "2026-1-2",
      "",
      "2026-11-21T00:00:00Z",
      "0000-01-01",
      "2026-11-21\n",
    ];
    for (const text of none) expect(parseLocalDate(text)).toBeNull();
  });

  it("refuses a wrong literal loudly", () => {
    expect(() => localDate("21.11.2026")).toThrow(TypeError);
  });

  it("counts days over months, leap years and summer time", () => {
    expect(daysBetween(localDate("2026-03-28"), localDate("2026-03-30"))).toBe(2);
    expect(daysBetween(localDate("2028-02-28"), localDate("2028-03-01"))).toBe(2);
    expect(daysBetween(localDate("2026-11-21"), localDate("2026-11-01"))).toBe(-20);
    expect(addDays(localDate("2026-12-31"), 1)).toBe("2027-01-01");
  });

  it("agrees with the platform's calendar in UTC", () => {
    law(
      fc.property(days, (day) => {
        const date = new Date(0);
        date.setUTCDate(date.getUTCDate() + day);
        expect(fromDayNumber(day)).toBe(date.toISOString().slice(0, 10));
      }),
    );
  });

  it("finds the way back from every day number", () => {
    law(
      fc.property(days, (day) => {
        expect(dayNumber(fromDayNumber(day))).toBe(day);
      }),
    );
  });

  it("clips a day that the target month lacks", () => {
    expect(addMonths(localDate("2026-01-31"), 1)).toBe("2026-02-28");
    expect(addMonths(localDate("2026-03-31"), -1)).toBe("2026-02-28");
    expect(addMonths(localDate("2026-11-21"), 2)).toBe("2027-01-21");
    expect(addMonths(localDate("2026-01-15"), -13)).toBe("2024-12-15");
  });

  it("finds a month's first and last day, and orders days", () => {
    expect(startOfMonth(localDate("2026-11-21"))).toBe("2026-11-01");
    expect(endOfMonth(localDate("2028-02-10"))).toBe("2028-02-29");
    expect(compareDates(localDate("2026-01-02"), localDate("2026-01-10"))).toBe(-1);
  });
});
