import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDecimals,
  compareDecimals,
  isNegative,
  isZero,
  negate,
  parseAmount,
  subtractDecimals,
} from "../../../client/src/lib/decimal.ts";

const seed = 20_261_121;
const minorUnits = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });

/** Two decimals, as the API sends most currencies. */
function decimal(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, "0");
  return `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

describe("amounts on the screen", () => {
  test("are added exactly, beyond what a float can hold", () => {
    expect(addDecimals("90071992547409.93", "0.01")).toBe("90071992547409.94");
    fc.assert(
      fc.property(minorUnits, minorUnits, (left, right) => {
        expect(addDecimals(decimal(left), decimal(right))).toBe(decimal(left + right));
        expect(subtractDecimals(decimal(left), decimal(right))).toBe(decimal(left - right));
      }),
      { seed },
    );
  });

  test("keep the larger of two numbers of decimals", () => {
    expect(addDecimals("1", "0.125")).toBe("1.125");
    expect(addDecimals("-0.5", "0.25")).toBe("-0.25");
    expect(addDecimals()).toBe("0");
  });

  test("are ordered by value, not by text", () => {
    expect(compareDecimals("9.5", "10")).toBeLessThan(0);
    expect(compareDecimals("-9.5", "-10")).toBeGreaterThan(0);
    expect(compareDecimals("1.50", "1.5")).toBe(0);
  });

  test("have no negative zero", () => {
    expect(negate("0.00")).toBe("0.00");
    expect(isNegative("-0.00")).toBe(false);
    expect(isZero("-0.00")).toBe(true);
    expect(isZero("0.01")).toBe(false);
  });
});

describe("a typed amount", () => {
  test.each([
    ["1234.5", "1234.5"],
    ["1,234.50", "1234.50"],
    ["1.234,50", "1234.50"],
    ["1 234,5", "1234.5"],
    ["1'234.50", "1234.50"],
    ["1,234", "1234"],
    ["1,234,567", "1234567"],
    ["12,5", "12.5"],
    ["0,125", "0.125"],
    ["-12", "-12"],
    ["−12.00", "-12.00"],
    ["007", "7"],
  ])("%s is read as %s", (typed, amount) => {
    expect(parseAmount(typed)).toBe(amount);
  });

  test.each(["", "abc", "12 EUR", ".", "--1", "1e5"])("%j is refused", (typed) => {
    expect(parseAmount(typed)).toBeUndefined();
  });
});
