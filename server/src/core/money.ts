import { assert } from "./assert.ts";
import { type CurrencyCode, currencyExponent } from "./currencies.ts";
import { failed, ok, type Result } from "./result.ts";

/** An amount as whole minor units (cents) with its currency. Money in is positive, out negative. */
export type Money = { readonly amountMinor: bigint; readonly currency: CurrencyCode };

export type MoneyProblem = {
  /**
   * `not_a_number`: the text is no plain decimal. `not_finite`: NaN or an infinity.
   * `too_many_digits`: digits beyond the currency's exponent, which would have to be rounded.
   * `out_of_range`: more than a 64-bit amount holds, or more digits than a double can vouch for.
   */
  readonly code: "not_a_number" | "not_finite" | "too_many_digits" | "out_of_range";
  readonly text: string;
  readonly currency: CurrencyCode;
};

/** The database keeps amounts as a signed 64-bit integer. */
export const amountMinorMax = 2n ** 63n - 1n;
/** Every decimal of up to 15 significant digits survives the way through a double; longer ones may not. */
const doubleDigitsMax = 15;
const decimalCharactersMax = 64;
const problemTextCharactersMax = 80;

/**
 * Reads a plain decimal ("-1234.5", "+7", "0.10") exactly: no rounding, no grouping, no exponent.
 * Zeros beyond the currency's exponent say nothing and are taken ("100.00" in JPY); any other digit
 * there is `too_many_digits`.
 */
export function parseDecimal(text: string, currency: CurrencyCode): Result<Money, MoneyProblem> {
  const trimmed = text.length > decimalCharactersMax ? "" : text.trim();
  const parts = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(trimmed);
  if (parts === null) return failed(problem("not_a_number", text, currency));
  const [, sign, whole = "", fraction = ""] = parts;
  const exponent = currencyExponent(currency);
  if (/[1-9]/.test(fraction.slice(exponent))) {
    return failed(problem("too_many_digits", text, currency));
  }
  const digits = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  if (digits > amountMinorMax) return failed(problem("out_of_range", text, currency));
  return ok({ amountMinor: sign === "-" ? -digits : digits, currency });
}

/** The plain decimal with exactly the currency's digits: "-1234.56" in EUR, "-1234" in JPY. */
export function formatDecimal(money: Money): string {
  const exponent = currencyExponent(money.currency);
  const digits = magnitude(money.amountMinor)
    .toString()
    .padStart(exponent + 1, "0");
  const sign = money.amountMinor < 0n ? "-" : "";
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * Reads an amount that an API sent as a JSON number, through the shortest decimal that names the
 * same double: that is the text the sender wrote, as long as it has at most 15 significant digits.
 */
export function fromJsonNumber(
  number: number,
  currency: CurrencyCode,
): Result<Money, MoneyProblem> {
  if (!Number.isFinite(number)) return failed(problem("not_finite", String(number), currency));
  const text = String(number);
  if (/e\+/.test(text)) return failed(problem("out_of_range", text, currency));
  if (/e-/.test(text)) return failed(problem("too_many_digits", text, currency));
  const parsed = parseDecimal(text, currency);
  if (!parsed.ok) return parsed;
  const digits = text.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  return digits.length > doubleDigitsMax ? failed(problem("out_of_range", text, currency)) : parsed;
}

export function money(amountMinor: bigint, currency: CurrencyCode): Money {
  return { amountMinor, currency };
}

export function addMoney(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return { amountMinor: a.amountMinor + b.amountMinor, currency: a.currency };
}

export function subtractMoney(a: Money, b: Money): Money {
  return addMoney(a, negateMoney(b));
}

/** Below zero when a is less than b, zero when equal, above zero when greater. */
export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  assertSameCurrency(a, b);
  if (a.amountMinor === b.amountMinor) return 0;
  return a.amountMinor < b.amountMinor ? -1 : 1;
}

export function absMoney(a: Money): Money {
  return { amountMinor: magnitude(a.amountMinor), currency: a.currency };
}

export function negateMoney(a: Money): Money {
  return { amountMinor: -a.amountMinor, currency: a.currency };
}

/** The smaller of two amounts in minor units. */
export function smallerMinor(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The size of an amount without its sign. */
export function magnitude(amountMinor: bigint): bigint {
  return amountMinor < 0n ? -amountMinor : amountMinor;
}

function assertSameCurrency(a: Money, b: Money): void {
  assert(a.currency === b.currency, `amounts in ${a.currency} and ${b.currency} do not mix`);
}

function problem(code: MoneyProblem["code"], text: string, currency: CurrencyCode): MoneyProblem {
  return { code, text: text.slice(0, problemTextCharactersMax), currency };
}
