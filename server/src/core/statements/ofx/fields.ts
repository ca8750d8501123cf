import type { CurrencyCode } from "../../currencies.ts";
import { currencyExponent } from "../../currencies.ts";
import { type LocalDate, parseLocalDate } from "../../dates.ts";
import { type Money, type MoneyProblem, parseDecimal } from "../../money.ts";
import { failed, type Result } from "../../result.ts";

/** Longer texts are no amounts. */
const amountCharactersMax = 64;

/**
 * The calendar day of "20260105", "20260105120000" or "20260105120000.000[-5:EST]": the one that is printed, which is
 * the bank's own. It is not turned into another zone: many banks write noon or midnight and a zone that is not theirs.
 * "2026-01-05" is taken as well. Null when there is no such day.
 */
export function parseOfxDay(text: string): LocalDate | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text.trim());
  return parts === null ? null : parseLocalDate(`${parts[1]}-${parts[2]}-${parts[3]}`);
}

/**
 * An amount as OFX has it, "-1234.56" or "-12,34", and as banks print it against the specification: with a plus, spaces,
 * apostrophes and grouping, "+ 1,234.56". Where both signs stand, the last is the decimal one. A lone comma before
 * exactly three digits groups, unless the currency has three decimals; a lone point never does, since it is what the
 * specification calls for.
 */
export function parseOfxAmount(text: string, currency: CurrencyCode): Result<Money, MoneyProblem> {
  const plain =
    text.length > amountCharactersMax
      ? ""
      : text.replace(/[\s'’]/gu, "").replace(/[\u2212\u2013]/gu, "-");
  const parts = /^([+-]?)([\d.,]+)([+-]?)$/.exec(plain);
  const [, before = "", figure = "", after = ""] = parts ?? [];
  if (parts === null || (before !== "" && after !== "")) return notANumber(text, currency);
  const decimal = decimalSign(figure, currency);
  const at = decimal === null ? -1 : figure.lastIndexOf(decimal);
  const whole = at === -1 ? figure : figure.slice(0, at);
  const fraction = at === -1 ? "" : figure.slice(at + 1);
  const grouping = decimal === "," ? "." : ",";
  const groups = decimal === null ? whole.split(/[.,]/) : whole.split(grouping);
  const grouped = groups.length > 1 && !/^\d{1,3}(?:,\d{3})+$/.test(groups.join(","));
  if (grouped || groups.some((group) => /\D/.test(group)) || groups.join("") + fraction === "") {
    return notANumber(text, currency);
  }
  const sign = before === "-" || after === "-" ? "-" : "";
  return parseDecimal(`${sign}${groups.join("") || "0"}.${fraction || "0"}`, currency);
}

/** The sign that stands before the decimals; null where none does. */
function decimalSign(figure: string, currency: CurrencyCode): "," | "." | null {
  const [comma, point] = [figure.lastIndexOf(","), figure.lastIndexOf(".")];
  if (comma !== -1 && point !== -1) return comma > point ? "," : ".";
  if (comma === -1) return point !== -1 && figure.indexOf(".") === point ? "." : null;
  if (figure.indexOf(",") !== comma) return null;
  const groups = /^[1-9]\d{0,2},\d{3}$/.test(figure) && currencyExponent(currency) !== 3;
  return groups ? null : ",";
}

function notANumber(text: string, currency: CurrencyCode): Result<Money, MoneyProblem> {
  return failed({ code: "not_a_number", text: text.slice(0, amountCharactersMax), currency });
}

/** The entities that OFX names (&amp; &lt; &gt; &nbsp;), XML's other two, and numbers. Anything else stays as it is. */
export function decodeOfxText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:(amp|lt|gt|nbsp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, decodeOne);
}

function decodeOne(found: string, name?: string, decimal?: string, hexadecimal?: string): string {
  if (name) return named[name.toLowerCase()] ?? found;
  const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hexadecimal ?? "", 16);
  const character = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return character ? String.fromCodePoint(code) : "\ufffd";
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: " ",
  quot: '"',
  apos: "'",
};
