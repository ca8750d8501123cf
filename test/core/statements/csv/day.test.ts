import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDayNumber } from "../../../../server/src/core/dates.ts";
import { possibleOrders, readDay } from "../../../../server/src/core/statements/csv/day.ts";
import { dateOrders } from "../../../../server/src/core/statements/csv/layout.ts";
import { law } from "../../law.ts";

describe("dates as banks print them", () => {
  it.each([
    "2026-01-05",
    "2026/1/5",
    "20260105",
    "2026-01-05T22:59:59.000+01:00",
    "2026-01-05 10:00",
    "5 Jan 2026",
    "05-JAN-26",
    "Jan 5, 2026",
    "Monday, 5 January 2026",
    "Mon Jan 5 2026",
    "5th January 2026",
    "5. Januar 2026",
    "5 janv. 2026",
    "5 januari 2026",
    "5 de enero de 2026",
    "5 gennaio 2026",
    "2026-Jan-05",
  ])("reads %s whatever the order", (text) => {
    for (const order of [null, ...dateOrders]) expect(readDay(text, order)).toBe("2026-01-05");
  });

  it.each([
    ["03/04/2026", "2026-04-03", "2026-03-04"],
    ["3.4.26", "2026-04-03", "2026-03-04"],
    ["03-04-2026 10:22 PM", "2026-04-03", "2026-03-04"],
    ["Fr 03.04.2026", "2026-04-03", "2026-03-04"],
    ["03042026", "2026-04-03", "2026-03-04"],
    ["13/01/2026", "2026-01-13", "bad_date"],
    ["01/13/2026", "bad_date", "2026-01-13"],
    ["29/02/2024", "2024-02-29", "bad_date"],
    ["31/12/99", "1999-12-31", "bad_date"],
  ])("reads %s by the order alone", (text, dayFirst, monthFirst) => {
    expect(readDay(text, "day_first")).toBe(dayFirst);
    expect(readDay(text, "month_first")).toBe(monthFirst);
    expect(readDay(text, null)).toBe("bad_date");
  });

  it.each([
    "31/02/2026",
    "29/02/2025",
    "2026-02-30",
    "2026-13-01",
    "20261301",
    "00/01/2026",
    "x",
    "12",
    "5 Foo 2026",
  ])("knows that there is no %s", (text) => {
    for (const order of [null, ...dateOrders]) expect(readDay(text, order)).toBe("bad_date");
  });

  it("reads every day back that it is printed as, and a day above 12 settles the order", () => {
    const days = fc.integer({ min: 0, max: 29_000 }).map(fromDayNumber);
    law(
      fc.property(days, fc.constantFrom("/", "-"), (day, mark) => {
        const [year = "", month = "", dayOfMonth = ""] = day.split("-");
        const dayFirst = [dayOfMonth, month, year].join(mark);
        const monthFirst = [month, dayOfMonth, year].join(mark);
        expect(readDay(dayFirst, "day_first")).toBe(day);
        expect(readDay(monthFirst, "month_first")).toBe(day);
        expect(readDay([year, month, dayOfMonth].join(mark), null)).toBe(day);
        const settled = Number(dayOfMonth) > 12;
        expect(possibleOrders(dayFirst)).toEqual(
          settled ? ["day_first"] : ["day_first", "month_first"],
        );
        expect(possibleOrders(monthFirst)).toEqual(
          settled ? ["month_first"] : ["day_first", "month_first"],
        );
      }),
      1_000,
    );
  });
});
