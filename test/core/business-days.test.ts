import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BusinessCalendar,
  isBusinessDay,
  isoWeekday,
  nthBusinessDay,
} from "../../server/src/core/business-days.ts";
import {
  addDays,
  dayNumber,
  fromDayNumber,
  type LocalDate,
  localDate,
  startOfMonth,
} from "../../server/src/core/dates.ts";
import { law } from "./law.ts";

const day = fc
  .integer({
    min: dayNumber(localDate("1990-01-01")),
    max: dayNumber(localDate("2090-12-31")),
  })
  .map(fromDayNumber);

const calendars: fc.Arbitrary<BusinessCalendar> = fc
  .record({
    weekendDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
    holidays: fc.array(day, { maxLength: 40 }),
  })
  .map(({ weekendDays, holidays }) => ({
    weekendDays: new Set(weekendDays),
    holidays: new Set(holidays),
  }));

const weekdays: BusinessCalendar = { weekendDays: new Set([6, 7]), holidays: new Set() };

describe("business days", () => {
  it("counts over a weekend and a holiday", () => {
    // January 2027 begins with a holiday on a Friday.
    const calendar = { ...weekdays, holidays: new Set([localDate("2027-01-01")]) };
    expect(nthBusinessDay(localDate("2027-01-15"), 1, calendar)).toBe("2027-01-04");
    expect(nthBusinessDay(localDate("2027-01-15"), 5, calendar)).toBe("2027-01-08");
    expect(nthBusinessDay(localDate("2027-01-15"), 5, weekdays)).toBe("2027-01-07");
  });

  it("counts on into the next month where a month has too few", () => {
    const closed = Array.from({ length: 10 }, (_, i) => addDays(localDate("2027-02-15"), i));
    const calendar = { ...weekdays, holidays: new Set(closed) };
    expect(nthBusinessDay(localDate("2027-02-01"), 20, calendar)).toBe("2027-03-10");
  });

  it("answers even where there is no business at all", () => {
    const never = { weekendDays: new Set([1, 2, 3, 4, 5, 6, 7]), holidays: new Set<LocalDate>() };
    expect(nthBusinessDay(localDate("2027-01-01"), 5, never) > "2027-12-31").toBe(true);
  });

  it("knows the days of the week as the platform does", () => {
    law(
      fc.property(day, (date) => {
        expect(isoWeekday(date) % 7).toBe(new Date(`${date}T00:00:00Z`).getUTCDay());
      }),
    );
  });

  it("gives the day on which exactly n days of business have begun", () => {
    law(
      fc.property(day, fc.integer({ min: 1, max: 20 }), calendars, (date, n, calendar) => {
        const due = nthBusinessDay(date, n, calendar);
        expect(isBusinessDay(due, calendar)).toBe(true);
        let counted = 0;
        for (let each = startOfMonth(date); each <= due; each = addDays(each, 1)) {
          if (isBusinessDay(each, calendar)) counted += 1;
        }
        expect(counted).toBe(n);
      }),
    );
  });

  it("is never earlier for a later count, nor for one holiday more", () => {
    law(
      fc.property(
        day,
        fc.integer({ min: 1, max: 19 }),
        calendars,
        day,
        (date, n, calendar, off) => {
          const due = nthBusinessDay(date, n, calendar);
          expect(nthBusinessDay(date, n + 1, calendar) > due).toBe(true);
          const more = { ...calendar, holidays: new Set([...calendar.holidays, off]) };
          expect(nthBusinessDay(date, n, more) >= due).toBe(true);
        },
      ),
    );
  });
});
