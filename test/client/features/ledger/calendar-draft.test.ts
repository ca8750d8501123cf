import { describe, expect, it } from "vitest";
import {
  isSameCalendar,
  withHolidays,
} from "../../../../client/src/features/ledger/calendar-draft.ts";

const christmas = { day: "2026-12-25", name: "Christmas Day" };
const newYear = { day: "2026-01-01", name: "New Year's Day" };

describe("holidays that are filled in", () => {
  it("stand in the order of days, and a day's own name stays", () => {
    const renamed = { ...christmas, name: "Office closed" };
    expect(withHolidays([renamed], [christmas, newYear])).toEqual([newYear, renamed]);
  });

  it("change nothing the second time", () => {
    const once = withHolidays([], [christmas, newYear]);
    expect(withHolidays(once, [newYear, christmas])).toEqual(once);
  });
});

describe("a calendar", () => {
  it("is the same in another order, and another with another name", () => {
    const saved = { weekendDays: [6, 7], holidays: [newYear, christmas] };
    expect(isSameCalendar(saved, { weekendDays: [7, 6], holidays: [christmas, newYear] })).toBe(
      true,
    );
    const renamed = { ...saved, holidays: [newYear, { ...christmas, name: "Closed" }] };
    expect(isSameCalendar(saved, renamed)).toBe(false);
  });
});
