import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addMonths,
  dayNumber,
  fromDayNumber,
  type LocalDate,
  localDate,
  startOfMonth,
} from "../../server/src/core/dates.ts";
import { statementMonths, statementMonthsMax } from "../../server/src/core/statement-months.ts";
import { law } from "./law.ts";

const calendar = {
  weekendDays: new Set([6, 7]),
  holidays: new Set([localDate("2027-01-01")]),
};
const cadence = { uploadsFrom: localDate("2026-10-01"), uploadBusinessDay: 5 };

function states(today: string, done: readonly string[] = [], from = cadence): string[] {
  const brought = new Set(done.map((month) => localDate(month)));
  return statementMonths(from, brought, calendar, localDate(today), 12).map(
    ({ month, dueOn, state }) => `${month} ${state} by ${dueOn}`,
  );
}

const dates = fc
  .integer({ min: dayNumber(localDate("2020-01-01")), max: dayNumber(localDate("2030-12-31")) })
  .map(fromDayNumber);

describe("statement months", () => {
  it("are upcoming while they run, due from the first of the next, late after the due day", () => {
    expect(states("2026-11-30")).toEqual([
      "2026-11-01 upcoming by 2026-12-07",
      "2026-10-01 late by 2026-11-06",
    ]);
    expect(states("2026-12-01")[1]).toBe("2026-11-01 due by 2026-12-07");
    expect(states("2026-12-07")[1]).toBe("2026-11-01 due by 2026-12-07");
    expect(states("2026-12-08")[1]).toBe("2026-11-01 late by 2026-12-07");
  });

  it("reckon due days by the holidays of the next month", () => {
    expect(states("2027-01-08")[1]).toBe("2026-12-01 due by 2027-01-08");
  });

  it("are done once brought in, early or late", () => {
    expect(states("2026-12-08", ["2026-10-01", "2026-11-01"])).toEqual([
      "2026-12-01 upcoming by 2027-01-08",
      "2026-11-01 done by 2026-12-07",
      "2026-10-01 done by 2026-11-06",
    ]);
  });

  it("begin with the first expected, also where that is still to come", () => {
    const later = { uploadsFrom: localDate("2027-03-15"), uploadBusinessDay: 1 };
    expect(states("2026-12-08", [], later)).toEqual(["2027-03-01 upcoming by 2027-04-01"]);
  });

  it("follow each other month by month, and end where they began to be expected", () => {
    law(
      fc.property(
        dates,
        dates,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 200 }),
        (uploadsFrom, today, uploadBusinessDay, count) => {
          const months = statementMonths(
            { uploadsFrom, uploadBusinessDay },
            new Set<LocalDate>(),
            calendar,
            today,
            count,
          );
          expect(months.length).toBeLessThanOrEqual(Math.min(count, statementMonthsMax));
          for (const [index, { month, dueOn, state }] of months.entries()) {
            expect(month).toBe(startOfMonth(month));
            expect(month >= startOfMonth(uploadsFrom)).toBe(true);
            expect(dueOn > month).toBe(true);
            if (index > 0) expect(addMonths(month, 1)).toBe(months[index - 1]?.month);
            if (state === "late") expect(today > dueOn).toBe(true);
            if (state === "due") expect(month < startOfMonth(today) && today <= dueOn).toBe(true);
            if (state === "upcoming") expect(month >= startOfMonth(today)).toBe(true);
          }
        },
      ),
    );
  });

  it("never go back from late to due as days pass", () => {
    const order = { upcoming: 0, due: 1, late: 2, done: 3 };
    law(
      fc.property(dates, fc.integer({ min: 1, max: 20 }), (today, uploadBusinessDay) => {
        const plan = { uploadsFrom: localDate("2019-01-01"), uploadBusinessDay };
        const stateOn = (day: LocalDate) =>
          statementMonths(plan, new Set<LocalDate>(), calendar, day, 3).find(
            ({ month }) => month === addMonths(startOfMonth(today), -1),
          )?.state ?? "upcoming";
        expect(order[stateOn(fromDayNumber(dayNumber(today) + 1))]).toBeGreaterThanOrEqual(
          startOfMonth(today) === startOfMonth(fromDayNumber(dayNumber(today) + 1))
            ? order[stateOn(today)]
            : 1,
        );
      }),
    );
  });
});
