import { describe, expect, test } from "vitest";
import type { CsvLayout } from "../../../../client/src/features/statements/documents.ts";
import {
  lackOf,
  layoutInput,
  meaningOf,
  sameLayout,
  withMeaning,
} from "../../../../client/src/features/statements/layout.ts";

const blank: CsvLayout = {
  delimiter: ";",
  headerRow: 4,
  dateColumn: 0,
  descriptionColumns: [2],
  amountColumn: 3,
  creditColumn: null,
  debitColumn: null,
  indicatorColumn: null,
  referenceColumn: null,
  counterpartyColumn: null,
  balanceColumn: null,
  currencyColumn: null,
  dateOrder: null,
  decimalSign: "COMMA",
  reversed: false,
};

describe("what a file's columns mean", () => {
  test("a column that nothing was said about is left out", () => {
    expect(meaningOf(blank, 0)).toBe("date");
    expect(meaningOf(blank, 2)).toBe("description");
    expect(meaningOf(blank, 1)).toBe("");
  });

  test("a meaning moves from one column to the other", () => {
    const moved = withMeaning(blank, 1, "date");
    expect(meaningOf(moved, 1)).toBe("date");
    expect(meaningOf(moved, 0)).toBe("");
  });

  test("a description may be of several columns, in the file's order", () => {
    const two = withMeaning(blank, 1, "description");
    expect(two.descriptionColumns).toEqual([1, 2]);
    expect(withMeaning(two, 2, "").descriptionColumns).toEqual([1]);
  });

  test("one amount and money in and out apart exclude each other", () => {
    const apart = withMeaning(withMeaning(blank, 4, "credit"), 5, "debit");
    expect([apart.amountColumn, apart.creditColumn, apart.debitColumn]).toEqual([null, 4, 5]);
    const one = withMeaning(apart, 5, "amount");
    expect([one.amountColumn, one.creditColumn, one.debitColumn]).toEqual([5, null, null]);
  });

  test("what is lacking is named, all of it", () => {
    expect(lackOf(blank)).toBeUndefined();
    const without = withMeaning(withMeaning(withMeaning(blank, 0, ""), 2, ""), 3, "");
    expect(lackOf(without)).toBe(
      "Say which column holds the date, the description and the amount.",
    );
    expect(lackOf(withMeaning(withMeaning(blank, 3, ""), 3, "debit"))).toBeUndefined();
  });

  test("the cache's own mark is neither a change nor sent back", () => {
    const cached = { ...blank, __typename: "CsvLayout" };
    expect(sameLayout(cached, blank)).toBe(true);
    expect(layoutInput(cached)).toEqual(blank);
    expect(sameLayout(blank, withMeaning(blank, 1, "reference"))).toBe(false);
  });
});
