import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import { amountMinorMax, formatDecimal } from "../../../../server/src/core/money.ts";
import { decimalEvidence, readAmount } from "../../../../server/src/core/statements/csv/amount.ts";
import { law } from "../../law.ts";

describe("amounts as banks print them", () => {
  it.each([
    ["1234.56", 123456n],
    ["£1,234.56", 123456n],
    ["(1234.56)", -123456n],
    ["(£1,234.56)", -123456n],
    ["1,234.56-", -123456n],
    ["-£5.00", -500n],
    ["£-5.00", -500n],
    ["\u22125.00", -500n],
    ["5.00 CR", 500n],
    ["5.00DR", -500n],
    ["DR 5.00", -500n],
    ["-5.00 DR", -500n],
    ["5.00 GBP", 500n],
    ["GBP -5.00", -500n],
    ["1'234.50", 123450n],
    ["1\u2009234\u00a0567.5", 123456750n],
    ["+5", 500n],
    [".50", 50n],
    ["12.340", 1234n],
    ["92233720368547758.07", amountMinorMax],
  ])("reads %s with a point", (text, minor) => {
    expect(readAmount(text, "point", "GBP")).toBe(minor);
  });

  it.each([
    ["1.234,56", 123456n],
    ["1\u202f234,56", 123456n],
    ["12,00 S", -1200n],
    ["12,00 H", 1200n],
    ["-1.234.567,8 €", -123456780n],
  ])("reads %s with a comma", (text, minor) => {
    expect(readAmount(text, "comma", "EUR")).toBe(minor);
  });

  it.each([
    ["1,23", "bad_amount"],
    ["1,2345.00", "bad_amount"],
    ["1,234 567.00", "bad_amount"],
    ["1234,567.00", "bad_amount"],
    ["12,34,567.00", "bad_amount"],
    ["1.234,56", "bad_amount"],
    ["5.", "bad_amount"],
    ["--5", "bad_amount"],
    ["-5.00 CR", "bad_amount"],
    ["(5.00", "bad_amount"],
    ["1e5", "bad_amount"],
    ["five", "bad_amount"],
    ["12.345", "too_many_digits"],
    ["92233720368547758.08", "out_of_range"],
    ["€5.00", "other_currency"],
    ["USD 5.00", "other_currency"],
    [" ", "missing_amount"],
  ])("does not guess what %s is", (text, problem) => {
    expect(readAmount(text, "point", "GBP")).toBe(problem);
  });

  it("groups by two and three where rupees are counted, and by the currency's own digits", () => {
    expect(readAmount("12,34,567.89", "point", "INR")).toBe(123456789n);
    expect(readAmount("1,234", "point", "JPY")).toBe(1234n);
    expect(readAmount("1.5", "point", "KWD")).toBe(1500n);
    expect(readAmount("1.5", "point", "JPY")).toBe("too_many_digits");
  });

  it("reads whole numbers only while nobody decided the sign", () => {
    expect(readAmount("-100", null, "EUR")).toBe(-10000n);
    expect(readAmount("1.50", null, "EUR")).toBe("bad_amount");
    expect(readAmount("1,500", null, "EUR")).toBe("bad_amount");
  });

  it("comes to the same minor unit in every style, over the whole range", () => {
    const currencies = fc.constantFrom<CurrencyCode>("EUR", "JPY", "KWD", "CLF");
    const style = fc.record({
      sign: fc.constantFrom("point" as const, "comma" as const),
      group: fc.constantFrom("", "mark", " ", "\u00a0", "\u202f", "'", "’"),
      negative: fc.constantFrom("-x", "x-", "\u2212x", "(x)", "x DR", "xS", "D"),
      currency: fc.constantFrom("x", "CODEx", "CODE x", "x CODE"),
    });
    const amounts = fc.bigInt({ min: -amountMinorMax, max: amountMinorMax });
    law(
      fc.property(amounts, currencies, style, (amountMinor, currency, given) => {
        const printed = printAmount(amountMinor, currency, given);
        expect(readAmount(printed, given.sign, currency), printed).toBe(amountMinor);
      }),
      3_000,
    );
  });

  it("never throws", () => {
    const pieces = fc.constantFrom(..."0123456789.,-+()' €£CRDSHEUR\u2212\u00a0e/");
    law(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        expect(["bigint", "string"]).toContain(typeof readAmount(text, "point", "EUR"));
        expect(decimalEvidence(text)).toMatch(/^(point|comma|open|none)$/);
      }),
      10_000,
    );
  });
});

describe("what an amount says about its decimal sign", () => {
  it.each([
    ["1,23", "comma"],
    ["1.234,56", "comma"],
    ["1,234.56", "point"],
    ["1.234.567", "comma"],
    ["1,234,567", "point"],
    ["1,234", "open"],
    ["-1.234", "open"],
    ["0,123", "comma"],
    ["1234,567", "comma"],
    ["1 234,567", "comma"],
    ["1234", "none"],
    ["03.04.2026 and more", "none"],
  ])("%s: %s", (text, evidence) => {
    expect(decimalEvidence(text)).toBe(evidence);
  });
});

function printAmount(
  amountMinor: bigint,
  currency: CurrencyCode,
  style: { sign: "point" | "comma"; group: string; negative: string; currency: string },
): string {
  const magnitude = amountMinor < 0n ? -amountMinor : amountMinor;
  const [whole = "", fraction] = formatDecimal({ amountMinor: magnitude, currency }).split(".");
  const mark = style.sign === "point" ? "," : ".";
  const group = style.group === "mark" ? mark : style.group;
  const grouped = group === "" ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group);
  const digits =
    fraction === undefined ? grouped : `${grouped}${style.sign === "point" ? "." : ","}${fraction}`;
  const signed =
    amountMinor >= 0n
      ? digits
      : style.negative === "D"
        ? `${digits} D`
        : style.negative.replace("x", digits);
  return style.currency.replace("CODE", currency).replace("x", signed);
}
