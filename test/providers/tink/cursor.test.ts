import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import {
  beginPull,
  type Cursor,
  type Place,
  placeAfter,
  readCursor,
  writeCursor,
} from "../../../server/src/providers/tink/cursor.ts";

const today = localDate("2026-11-21");
const request = {
  ...{ daysOfHistory: 90, today, rereadFrom: null, accountExternalId: null },
};
const place: Place = {
  since: localDate("2026-08-01"),
  readOn: localDate("2026-11-20"),
  wholeOn: localDate("2026-11-20"),
  accounts: ["a", "b"],
};

describe("a pull", () => {
  test("from the start reads as many days as were asked for", () => {
    const pull = beginPull(null, request, ["a"]);
    expect(pull).toMatchObject({ from: "2026-08-23", since: "2026-08-23", only: null });
    expect(placeAfter(pull)).toEqual({
      ...{ since: "2026-08-23", readOn: today, wholeOn: today, accounts: ["a"] },
    });
  });

  test("later reads what is younger than two weeks at the last one again", () => {
    expect(beginPull(place, request, ["a", "b"]).from).toBe("2026-11-06");
  });

  test("goes back to the day that something is known to have changed on, and never behind the start", () => {
    const from = (day: string) =>
      beginPull(place, { ...request, rereadFrom: localDate(day) }, ["a"]).from;
    expect(from("2026-09-01")).toBe("2026-09-01");
    expect(from("2026-11-15")).toBe("2026-11-06");
    expect(from("2026-01-01")).toBe("2026-08-01");
  });

  test("reads everything once a week", () => {
    const later = { ...request, today: localDate("2026-11-27") };
    const pull = beginPull(place, later, ["a"]);
    expect(pull.from).toBe(place.since);
    expect(placeAfter(pull).wholeOn).toBe("2026-11-27");
  });

  test("reads everything when there is an account that was not there before", () => {
    expect(beginPull(place, request, ["a", "c"]).from).toBe(place.since);
  });

  test("of one account leaves the place of the others", () => {
    const pull = beginPull(place, { ...request, accountExternalId: "b" }, ["a", "b"]);
    expect(pull).toMatchObject({ only: "b", from: "2026-11-06" });
    expect(placeAfter(pull)).toEqual(place);
    // Nothing has been read of any yet: then it is all of them.
    expect(beginPull(null, { ...request, accountExternalId: "b" }, ["a", "b"]).only).toBeNull();
  });
});

const day = fc.integer({ min: -400, max: 400 }).map((days) => addDays(today, days));
const ids = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
const places = fc.record<Place>({ since: day, readOn: day, wholeOn: day, accounts: ids });

test("no pull begins before the oldest day or leaves a gap after the last one", () => {
  fc.assert(
    fc.property(places, day, fc.option(day), ids, (at, on, rereadFrom, accounts) => {
      const { from } = beginPull(at, { ...request, today: on, rereadFrom }, accounts);
      expect(from >= at.since).toBe(true);
      const known = later(at.since, at.readOn);
      expect(from <= known).toBe(true);
      if (rereadFrom !== null && rereadFrom >= at.since) expect(from <= rereadFrom).toBe(true);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("a cursor is read as it was written, and anything else begins anew", () => {
  fc.assert(
    fc.property(places, ids, fc.string({ minLength: 1 }), (at, accounts, pageToken) => {
      const cursors: Cursor[] = [
        { kind: "place", place: at },
        { kind: "pull", pull: { ...beginPull(at, request, accounts), pageToken } },
      ];
      for (const cursor of cursors) expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    }),
    { seed: 6, numRuns: 200 },
  );
  for (const strange of [null, "", "x", "{}", '{"v":1,"kind":"pull","pull":{}}', '{"v":2}', "[]"]) {
    expect(readCursor(strange)).toBeNull();
  }
});

function later(a: LocalDate, b: LocalDate): LocalDate {
  if (a > b) return a;
  return b;
}
