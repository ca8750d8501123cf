import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CurrencyCode,
  currencyExponents,
  parseCurrencyCode,
} from "../../server/src/core/currencies.ts";
import {
  absMoney,
  addMoney,
  amountMinorMax,
  compareMoney,
  formatDecimal,
  fromJsonNumber,
  money,
  negateMoney,
  parseDecimal,
  subtractMoney,
} from "../../server/src/core/money.ts";
import { law } from "./law.ts";

const currencies = fc.constantFrom(...(Object.keys(currencyExponents) as CurrencyCode[]));
const anyMoney = fc.record({
  amountMinor: fc.bigInt({ min: -amountMinorMax, max: amountMinorMax }),
  currency: currencies,
});

function amountOf(text: string, currency: CurrencyCode): bigint | string {
  const parsed = parseDecimal(text, currency);
  return parsed.ok ? parsed.value.amountMinor : parsed.problem.code;
}

function amountOfNumber(number: number, currency: CurrencyCode): bigint | string {
  const parsed = fromJsonNumber(number, currency);
  return parsed.ok ? parsed.value.amountMinor : parsed.problem.code;
}

describe("money", () => {
  it("reads decimals exactly, by the currency's exponent", () => {
    expect(amountOf("-1234.56", "EUR")).toBe(-123456n);
    expect(amountOf("+7", "EUR")).toBe(700n);
    expect(amountOf("0.1", "EUR")).toBe(10n);
    expect(amountOf("1234", "JPY")).toBe(1234n);
    expect(amountOf("1.234", "KWD")).toBe(1234n);
    expect(amountOf("1.2345", "CLF")).toBe(12345n);
  });

  it("does not round: a digit beyond the exponent is an error", () => {
    expect(amountOf("0.125", "EUR")).toBe("too_many_digits");
    expect(amountOf("1.5", "JPY")).toBe("too_many_digits");
  });

  it("takes zeros beyond the exponent, which change nothing", () => {
    expect(amountOf("100.00", "JPY")).toBe(100n);
    expect(amountOf("1.500", "EUR")).toBe(150n);
  });

  it("refuses everything that is no plain decimal", () => {
    const texts = [
      "",
      " ",
      ".5",
      "5.",
      "1,5",
      "1e3",
      "0x10",
      "--1",
      "NaN",
      "١٢",
      "1 000",
      "9".repeat(99),
    ];
    for (const text of texts) expect(amountOf(text, "EUR")).toBe("not_a_number");
  });

  it("refuses what a 64-bit amount does not hold", () => {
    expect(amountOf("92233720368547758.07", "EUR")).toBe(amountMinorMax);
    expect(amountOf("92233720368547758.08", "EUR")).toBe("out_of_range");
  });

  it("writes exactly the currency's digits", () => {
    expect(formatDecimal(money(-123456n, "EUR"))).toBe("-1234.56");
    expect(formatDecimal(money(-5n, "EUR"))).toBe("-0.05");
    expect(formatDecimal(money(0n, "KWD"))).toBe("0.000");
    expect(formatDecimal(money(-1234n, "JPY"))).toBe("-1234");
  });

  it("reads back what it wrote", () => {
    law(
      fc.property(anyMoney, (value) => {
        expect(parseDecimal(formatDecimal(value), value.currency)).toEqual({ ok: true, value });
      }),
    );
  });

  it("reads JSON numbers through their shortest decimal", () => {
    expect(amountOfNumber(0.1, "EUR")).toBe(10n);
    expect(amountOfNumber(1.005, "EUR")).toBe("too_many_digits");
    expect(amountOfNumber(0.1 + 0.2, "EUR")).toBe("too_many_digits");
    expect(amountOfNumber(4.35, "EUR")).toBe(435n);
    expect(amountOfNumber(-89.4, "USD")).toBe(-8940n);
    expect(amountOfNumber(-0, "USD")).toBe(0n);
    expect(amountOfNumber(9_999_999_999_999.99, "USD")).toBe(999_999_999_999_999n);
  });

  it("refuses JSON numbers that name no exact amount", () => {
    expect(amountOfNumber(Number.NaN, "EUR")).toBe("not_finite");
    expect(amountOfNumber(Number.POSITIVE_INFINITY, "EUR")).toBe("not_finite");
    expect(amountOfNumber(1e21, "EUR")).toBe("out_of_range");
    expect(amountOfNumber(1e-7, "EUR")).toBe("too_many_digits");
    expect(amountOfNumber(Number("90071992547409.93"), "EUR")).toBe("out_of_range");
  });

  it("recovers every amount of up to 15 digits that was sent as a JSON number", () => {
    const amounts = fc.bigInt({ min: -(10n ** 15n - 1n), max: 10n ** 15n - 1n });
    law(
      fc.property(amounts, currencies, (amountMinor, currency) => {
        const number = JSON.parse(formatDecimal({ amountMinor, currency })) as number;
        expect(amountOfNumber(number, currency)).toBe(amountMinor);
      }),
    );
  });

  it("never throws on any text or number", () => {
    law(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.double(),
        currencies,
        (text, number, currency) => {
          parseDecimal(text, currency);
          fromJsonNumber(number, currency);
        },
      ),
    );
  });

  it("adds, subtracts, compares, negates", () => {
    const [a, b] = [money(500n, "EUR"), money(-200n, "EUR")];
    expect(addMoney(a, b).amountMinor).toBe(300n);
    expect(subtractMoney(a, b).amountMinor).toBe(700n);
    expect([compareMoney(a, b), compareMoney(b, a), compareMoney(a, a)]).toEqual([1, -1, 0]);
    expect(negateMoney(a).amountMinor).toBe(-500n);
    expect(absMoney(b).amountMinor).toBe(200n);
  });

  it("does not mix currencies", () => {
    expect(() => addMoney(money(1n, "EUR"), money(1n, "USD"))).toThrow(/do not mix/);
    expect(() => compareMoney(money(1n, "EUR"), money(1n, "USD"))).toThrow(/do not mix/);
  });

  it("knows currencies by their code, without regard to case", () => {
    expect(parseCurrencyCode(" eur ")).toBe("EUR");
    expect(parseCurrencyCode("BTC")).toBeNull();
    expect(parseCurrencyCode("toString")).toBeNull();
  });
});
