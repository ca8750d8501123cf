/** Values as strangers send them: taken where they are what they should be, and null otherwise. */
import { type CurrencyCode, parseCurrencyCode } from "./currencies.ts";
import { fromJsonNumber, type MoneyProblem } from "./money.ts";
import { failed, ok, type Result } from "./result.ts";

const textCharactersMax = 500;
const idCharactersMax = 200;

/** Text for people, cut to 500 characters and without what PostgreSQL cannot keep; null for none. */
export function wireText(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const clean = value.slice(0, textCharactersMax).replace(unstorable, " ").trim();
  return clean === "" ? null : clean;
}

/** NUL and its like, and halves of surrogate pairs. */
const unstorable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for.
  /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** An id of visible ASCII, or null. */
export function wireId(value: unknown): string | null {
  const usable = typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
  return usable && value.length <= idCharactersMax ? value : null;
}

/** A moment such as "2026-11-21T09:30:00Z", or null. */
export function wireMoment(value: unknown): Date | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time);
}

export function wireCurrency(value: unknown): CurrencyCode | null {
  return typeof value === "string" ? parseCurrencyCode(value) : null;
}

/** A JSON number as minor units, exact; the problem completes "The amount cannot be read: ...". */
export function wireAmount(value: unknown, currency: CurrencyCode): Result<bigint, string> {
  if (typeof value !== "number") return failed("it is no number");
  const parsed = fromJsonNumber(value, currency);
  if (parsed.ok) return ok(parsed.value.amountMinor);
  return failed(`${parsed.problem.text} ${currency} ${moneyProblems[parsed.problem.code]}`);
}

const moneyProblems: Readonly<Record<MoneyProblem["code"], string>> = {
  not_a_number: "is no number",
  not_finite: "is not finite",
  too_many_digits: "has more decimals than the currency",
  out_of_range: "is too large",
};

/** An object's fields; none for anything else. */
export function wireObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A list's members; none for anything else. */
export function wireList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
