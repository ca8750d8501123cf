import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import {
  type AccountPlace,
  advancePlace,
  compareIds,
  readCursor,
  startCursor,
  startingId,
  windowStart,
  writeCursor,
} from "../../../server/src/providers/saltedge/cursor.ts";

const today = localDate("2026-11-21");

describe("the window", () => {
  test("is a fortnight, and longer when an older day is told", () => {
    expect(windowStart(today, null)).toBe("2026-11-07");
    expect(windowStart(today, localDate("2026-11-20"))).toBe("2026-11-07");
    expect(windowStart(today, localDate("2026-08-01"))).toBe("2026-08-01");
  });
});

describe("the place of an account", () => {
  const rowOf = (id: number, daysAgo: number) => ({
    id: String(10 ** 17 + id),
    bookedOn: addDays(today, -daysAgo),
  });

  test("starts at the first row where nothing is known, or not that far back", () => {
    const place = advancePlace(undefined, [rowOf(1, 3)], today);
    expect(startingId(undefined, today)).toBeNull();
    expect(startingId(place, addDays(today, -400))).toBeNull();
    expect(startingId(place, addDays(today, -14))).toBe(rowOf(1, 3).id);
  });

  test("starts behind everything known where nothing was booked in the window", () => {
    const place = advancePlace(undefined, [rowOf(1, 40), rowOf(2, 30)], today);
    expect(startingId(place, addDays(today, -14))).toBe(rowOf(2, 30).id);
  });

  test("never starts behind a row of the window, however the rows came and the days went by", () => {
    const step = fc.record({
      daysLater: fc.integer({ min: 0, max: 20 }),
      rows: fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 12 }),
      windowDays: fc.integer({ min: 0, max: 80 }),
    });
    const law = fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      let place: AccountPlace | undefined;
      let day: LocalDate = today;
      const known: { id: string; bookedOn: LocalDate }[] = [];
      for (const { daysLater, rows, windowDays } of steps) {
        day = addDays(day, daysLater);
        const from = addDays(day, -windowDays);
        const start = startingId(place, from);
        const missed = known.filter(({ id, bookedOn }) => {
          return bookedOn >= from && start !== null && compareIds(id, start) < 0;
        });
        expect(missed).toEqual([]);
        for (const daysAgo of rows) {
          known.push({ id: String(10 ** 17 + known.length), bookedOn: addDays(day, -daysAgo) });
        }
        const listed = known.filter(({ id }) => start === null || compareIds(id, start) >= 0);
        place = advancePlace(place, listed, day);
      }
    });
    fc.assert(law, { seed: 3, numRuns: 500 });
  });

  test("is as small after years as after a month", () => {
    let place: AccountPlace | undefined;
    for (let day = 0; day < 900; day += 1) {
      const on = addDays(today, day);
      place = advancePlace(place, [{ id: String(10 ** 17 + day), bookedOn: on }], on);
    }
    expect(Object.keys(place?.marks ?? {}).length).toBeLessThanOrEqual(46);
  });
});

describe("a cursor", () => {
  test("is read as it was written", () => {
    const places = { a: { last: "9", from: today, marks: { [today]: "9" } } };
    const pull = { accountIds: ["a", "b"], wholeFrom: today, nextId: "10", unreadable: false };
    expect(readCursor(writeCursor({ places, pull }))).toEqual({ places, pull });
  });

  test.each(["", "{", "7", "null", "{}", '{"v":2}'])("of another make (%s) is the start", (text) =>
    expect(readCursor(text)).toEqual(startCursor),
  );
});

test("ids are compared as the numbers that they are", () => {
  const number = fc.bigInt({ min: 1n, max: 10n ** 20n });
  const law = fc.property(number, number, (a, b) => {
    const expected = a === b ? 0 : a < b ? -1 : 1;
    expect(Math.sign(compareIds(String(a), String(b)))).toBe(expected);
  });
  fc.assert(law, { seed: 5, numRuns: 500 });
});
