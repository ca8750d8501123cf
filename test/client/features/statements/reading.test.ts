import { describe, expect, test } from "vitest";
import type {
  CsvLayout,
  CsvReading,
} from "../../../../client/src/features/statements/documents.ts";
import {
  ambiguousAmount,
  ambiguousDate,
} from "../../../../client/src/features/statements/reading.ts";

function reading(rows: string[][], layout: Partial<CsvLayout> = {}): CsvReading {
  return {
    headers: [],
    remembered: false,
    layout: { dateColumn: 0, amountColumn: 1, creditColumn: null, debitColumn: null, ...layout },
    rows: rows.map((cells, at) => ({ row: at + 1, cells })),
  } as unknown as CsvReading;
}

describe("a date that can be read two ways", () => {
  test("is the file's own, and the first that differs", () => {
    const csv = reading([["04.04.2026"], ["03.04.2026"], ["05.06.2026"]]);
    expect(ambiguousDate(csv)).toEqual({
      raw: "03.04.2026",
      first: "2026-04-03",
      second: "2026-03-04",
    });
  });

  test("may have two digits of a year, and a time behind it", () => {
    expect(ambiguousDate(reading([["3/4/26 09:15"]]))).toMatchObject({
      first: "2026-04-03",
      second: "2026-03-04",
    });
  });

  test("is made up where the first lines have none", () => {
    expect(ambiguousDate(reading([["25/12/2026"]])).raw).toBe("03/04/2026");
    expect(ambiguousDate(reading([["03.04.2026"]], { dateColumn: null })).raw).toBe("03/04/2026");
  });
});

describe("an amount that can be read two ways", () => {
  test("is the file's own, with its sign", () => {
    expect(
      ambiguousAmount(
        reading([
          ["", "12,50"],
          ["", "-1.234"],
        ]),
      ),
    ).toEqual({
      raw: "-1.234",
      separator: ".",
      first: "-1234",
      second: "-1.234",
    });
  });

  test("is looked for in money in and out as well", () => {
    const csv = reading([["", "", "2,500"]], { amountColumn: null, creditColumn: 2 });
    expect(ambiguousAmount(csv)).toMatchObject({ raw: "2,500", first: "2500", second: "2.500" });
  });
});
