/** Amounts in another currency: exact, by the latest rate that is fresh enough. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurrencyCode } from "../../../server/src/core/currencies.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { convert, indexRates, type Rate } from "../../../server/src/core/matching/rates.ts";

const day = localDate("2026-11-10");

function rate(base: CurrencyCode, quote: CurrencyCode, worth: string, daysBefore = 0): Rate {
  return { base, quote, day: addDays(day, -daysBefore), rate: worth };
}

describe("converting", () => {
  test("takes the stated rate, and rounds once, half away from zero", () => {
    const table = indexRates([rate("EUR", "GBP", "0.8455")]);
    expect(convert(table, 10_000n, "EUR", "GBP", day)).toEqual({
      amountMinor: 8455n,
      rate: "0.8455",
    });
    expect(convert(table, 1_000n, "EUR", "GBP", day)?.amountMinor).toBe(846n);
    expect(convert(table, -1_000n, "EUR", "GBP", day)?.amountMinor).toBe(-846n);
  });

  test("knows that currencies have different numbers of decimals", () => {
    const table = indexRates([rate("GBP", "JPY", "195.5"), rate("KWD", "GBP", "2.5")]);
    expect(convert(table, 100n, "GBP", "JPY", day)?.amountMinor).toBe(196n);
    expect(convert(table, 1_000n, "KWD", "GBP", day)?.amountMinor).toBe(250n);
  });

  test("reads a rate the other way round", () => {
    const table = indexRates([rate("EUR", "GBP", "0.8")]);
    expect(convert(table, 800n, "GBP", "EUR", day)).toEqual({ amountMinor: 1_000n, rate: "1.25" });
  });

  test("takes the later of the two ways round", () => {
    const table = indexRates([rate("EUR", "GBP", "0.8", 3), rate("GBP", "EUR", "2", 1)]);
    expect(convert(table, 1_000n, "EUR", "GBP", day)?.amountMinor).toBe(500n);
  });

  test("goes through one currency that both have a rate with", () => {
    const table = indexRates([rate("EUR", "USD", "1.1"), rate("EUR", "GBP", "0.88")]);
    expect(convert(table, 1_100n, "USD", "GBP", day)).toEqual({ amountMinor: 880n, rate: "0.8" });
  });

  test("takes no rate of a later day, and none older than a week", () => {
    expect(convert(indexRates([rate("EUR", "GBP", "0.8", -1)]), 1n, "EUR", "GBP", day)).toBeNull();
    expect(convert(indexRates([rate("EUR", "GBP", "0.8", 8)]), 1n, "EUR", "GBP", day)).toBeNull();
    expect(
      convert(indexRates([rate("EUR", "GBP", "0.8", 7)]), 10n, "EUR", "GBP", day),
    ).not.toBeNull();
  });

  test("leaves one currency as it is", () => {
    expect(convert(new Map(), 5n, "GBP", "GBP", day)).toEqual({ amountMinor: 5n, rate: "1" });
  });

  test("does not depend on the order in which rates were loaded", () => {
    const currencies = ["EUR", "GBP", "USD", "CHF", "JPY"] as const;
    const anyRate = fc
      .record({
        base: fc.constantFrom(...currencies),
        quote: fc.constantFrom(...currencies),
        daysBefore: fc.integer({ min: -2, max: 9 }),
        worth: fc.integer({ min: 1, max: 999_999 }),
      })
      .filter(({ base, quote }) => base !== quote)
      .map(({ base, quote, daysBefore, worth }) =>
        rate(base, quote, `${worth / 1000}`, daysBefore),
      );
    const key = ({ base, quote, day: on }: Rate) => `${base}${quote}${on}`;
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRate, { selector: key, maxLength: 20 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (rates, order, amount) => {
          const shuffled = rates
            .map((one) => ({ one, at: order.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
          for (const from of currencies) {
            for (const to of currencies) {
              expect(convert(indexRates(shuffled), amount, from, to, day)).toEqual(
                convert(indexRates(rates), amount, from, to, day),
              );
            }
          }
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});
