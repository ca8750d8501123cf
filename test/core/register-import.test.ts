import fc from "fast-check";
import { expect, it } from "vitest";
import { readDemandRows, readUnitRows } from "../../server/src/core/register-import.ts";

function table(...rows: string[]) {
  return rows.map((row, index) => ({ line: index + 1, cells: row.split("|") }));
}

const demands = (...rows: string[]) => readDemandRows(table(...rows), "GBP");

it("finds columns in any order and case, and says which are missing", () => {
  const { rows, problems } = demands(
    "AMOUNT|Due Date|Flat No.|Demand number|Date",
    "1,250.00|31/12/2026|12|SC-1|2026-11-01",
  );
  expect(problems).toEqual([]);
  expect(rows).toMatchObject([
    {
      number: "SC-1",
      unit: "12",
      issuedOn: "2026-11-01",
      dueOn: "2026-12-31",
      amountMinor: 125_000n,
    },
  ]);
  expect(rows[0]?.description).toBeUndefined();
  expect(demands("unit|date", "1|2026-01-01").problems).toEqual([
    { row: 1, field: null, message: "The first line names no column for number, amount." },
  ]);
  expect(readUnitRows(table("unit|Unit No", "1|2")).problems).toMatchObject([{ row: 1 }]);
  expect(readUnitRows([]).problems).toMatchObject([{ message: "The file is empty." }]);
});

it("reads no date that could be two days beside one that has the month first", () => {
  const header = "number|unit|issued|amount";
  const sure = demands(header, "1|1|03/04/2026|5", "2|1|31/12/2026|5", "3|1|5 Jan 2026|5");
  expect(sure.rows.map(({ issuedOn }) => issuedOn)).toEqual([
    "2026-04-03",
    "2026-12-31",
    "2026-01-05",
  ]);
  const unsure = demands(header, "1|1|03/04/2026|5", "2|1|12/31/2026|5", "3|1|2026-02-01|5");
  expect(unsure.rows.map(({ number }) => number)).toEqual(["3"]);
  expect(unsure.problems.map(({ row, field }) => [row, field])).toEqual([
    [2, "issued"],
    [3, "issued"],
  ]);
});

it("takes the decimal sign from the file's amounts and guesses none", () => {
  const header = "number|unit|issued|amount|currency";
  const row = (amount: string, currency = "") => `N|1|2026-01-01|${amount}|${currency}`;
  const amounts = (...given: string[]) =>
    demands(header, ...given.map((each) => row(each))).rows.map(({ amountMinor }) => amountMinor);
  expect(amounts("1,250", "1,250.50")).toEqual([125_000n, 125_050n]);
  expect(amounts("1.250", "1.250,50")).toEqual([125_000n, 125_050n]);
  expect(amounts("1,250", "1.250", "7.50")).toEqual([125_000n, 750n]);
  expect(amounts("£1,250.00", "-5.00", "0", "=1+1", "")).toEqual([125_000n]);
  expect(demands(header, row("500", "JPY")).rows).toMatchObject([
    { amountMinor: 500n, currency: "JPY" },
  ]);
  expect(demands(header, row("5", "XXQ")).problems).toMatchObject([{ field: "currency" }]);
});

it("never throws, and tells of each row once", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom("12", "2026-01-01", "5.00", "31/12/2026"));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 8 }), (cells) => {
      const header = { line: 1, cells: ["number", "unit", "issued", "due", "amount", "currency"] };
      const body = cells.map((each, index) => ({ line: index + 2, cells: each }));
      const { rows, problems } = readDemandRows([header, ...body], "EUR");
      const told = [...rows, ...problems].map(({ row }) => row).sort((a, b) => a - b);
      expect(told).toEqual(body.length === 0 ? [1] : body.map(({ line }) => line));
    }),
    { seed: 5 },
  );
});
