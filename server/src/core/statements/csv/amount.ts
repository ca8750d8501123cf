import { type CurrencyCode, currencyExponent, parseCurrencyCode } from "../../currencies.ts";
import { parseDecimal } from "../../money.ts";
import type { StatementProblemCode } from "../statement.ts";
import type { DecimalSign } from "./layout.ts";

export type AmountProblem = Extract<
  StatementProblemCode,
  "missing_amount" | "bad_amount" | "too_many_digits" | "out_of_range" | "other_currency"
>;

/** Minor units with their sign, or why there are none. */
export type AmountReading = bigint | AmountProblem;

/** Longer ones are no amounts, whatever stands in them. */
const amountCharactersMax = 64;

/**
 * Reads an amount as banks print it, to its last minor unit: 1234.56, £1,234.56, 1.234,56, 1'234.56, 1 234,56 with any
 * blank, (1234.56), 1234.56-, −1234.56, 1234.56 CR, 12,00 S, EUR 5.00, 5.00 EUR. C, CR and H mean money in; D, DR and S
 * money out.
 *
 * The decimal sign is never guessed: where it is a point, "1,23" is `bad_amount` and not 123, because its grouping is
 * not of three. Without one (null) only whole numbers are read.
 */
export function readAmount(
  text: string,
  decimalSign: DecimalSign | null,
  currency: CurrencyCode,
): AmountReading {
  const fast = readPlainAmount(text, decimalSign, currencyExponent(currency));
  if (fast !== null) return fast;
  const parts = takeApart(text);
  if (typeof parts === "string") return parts;
  if (parts.currency !== null && !parts.currency.includes(currency)) return "other_currency";
  const decimal = plainDecimal(parts.digits, decimalSign, currency);
  if (decimal === null) return "bad_amount";
  const read = parseDecimal(decimal, currency);
  if (read.ok) return parts.negative ? -read.value.amountMinor : read.value.amountMinor;
  const { code } = read.problem;
  return code === "too_many_digits" || code === "out_of_range" ? code : "bad_amount";
}

/**
 * What an amount says about its column's decimal sign. "open": one separator with three digits after it (1,234), which
 * either sign could be. "none": an amount without any separator that counts, or no amount at all.
 */
export function decimalEvidence(text: string): DecimalSign | "open" | "none" {
  const parts = takeApart(text);
  if (typeof parts === "string") return "none";
  const digits = parts.digits.replace(/[ '’]/g, "");
  const marks = digits.replace(/\d/g, "");
  if (marks === "" || !/^\d*[\d.,]*\d$/.test(digits)) return "none";
  const last = marks.at(-1) === "," ? "comma" : "point";
  const other = last === "comma" ? "point" : "comma";
  if (new Set(marks).size === 2) return last;
  // The same mark twice groups thousands.
  if (marks.length > 1) return /^\d{1,3}(?:[.,]\d{2,3})+$/.test(digits) ? other : "none";
  const [whole = "", fraction = ""] = digits.split(/[.,]/);
  if (fraction.length !== 3) return last;
  const cannotGroup =
    whole === "" || whole.length > 3 || /^0/.test(whole) || parts.digits.length > digits.length;
  return cannotGroup ? last : "open";
}

/** "-1234.56" by its character codes; null for every other shape, and for more digits than a double holds exactly. */
function readPlainAmount(
  text: string,
  decimalSign: DecimalSign | null,
  exponent: number,
): bigint | null {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  let at = negative ? 1 : 0;
  if (length - at > 15 || length === at) return null;
  let minor = 0;
  const start = at;
  while (at < length) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    minor = minor * 10 + digit;
    at++;
  }
  if (at === start) return null;
  let missing = exponent;
  if (at < length) {
    if (decimalSign === null) return null;
    if (text.charCodeAt(at) !== (decimalSign === "point" ? 46 : 44)) return null;
    missing = exponent - (length - at - 1);
    if (missing < 0 || missing === exponent) return null;
    for (at++; at < length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) return null;
      minor = minor * 10 + digit;
    }
  }
  for (; missing > 0; missing--) minor *= 10;
  // 15 digits and a missing exponent stay whole up to 2^53, which is all that counts here.
  if (minor > Number.MAX_SAFE_INTEGER) return null;
  return BigInt(negative ? -minor : minor);
}

interface AmountParts {
  readonly negative: boolean;
  /** The digits with their grouping and decimal signs; every blank is " ". */
  readonly digits: string;
  /** The currencies that the code or sign beside it can mean; null where none stands there. */
  readonly currency: readonly CurrencyCode[] | null;
}

function takeApart(text: string): AmountParts | "missing_amount" | "bad_amount" {
  if (text.length > amountCharactersMax)
    return text.trim() === "" ? "missing_amount" : "bad_amount";
  let rest = text
    .replace(/[\u2212\u2010-\u2015\ufe63\uff0d]/g, "-")
    .replace(/[\s\u00a0\u202f\u2000-\u200a\u2060\u200b]/g, " ")
    .replace(/[’ʼ´`]/g, "'")
    .trim();
  if (rest === "") return "missing_amount";
  let currency: readonly CurrencyCode[] | null = null;
  let sign: Sign = null;
  // Sign, mark and currency stand in any order around the digits: at most one of each, so a few rounds take them all.
  for (let round = 0; round < 4 && !/^\d[\d.,' ]*$|^[.,]\d+$/.test(rest); round++) {
    const taken: Taken | null = takeSign(rest, sign) ?? takeCurrency(rest, currency);
    if (taken === null) return "bad_amount";
    rest = taken.rest.trim();
    if ("sign" in taken) sign = taken.sign;
    else currency = taken.currency;
  }
  if (!/^\d[\d.,' ]*$|^[.,]\d+$/.test(rest)) return "bad_amount";
  return { negative: sign === "-" || sign === "D" || sign === "-D", digits: rest, currency };
}

type Taken = { rest: string; sign: Sign } | { rest: string; currency: readonly CurrencyCode[] };

/** What was found so far: a printed sign, a mark for credit or debit, or a minus and the debit mark, which agree. */
type Sign = null | "+" | "-" | "C" | "D" | "-D";

function takeSign(text: string, before: Sign): { rest: string; sign: Sign } | null {
  const brackets = /^\((.*)\)$/.exec(text);
  if (brackets !== null) return { rest: brackets[1] ?? "", sign: joined(before, "-") ?? "C" };
  const mark = /^(.*[\d\s)+-])\s*(CR|DR|C|D|S|H)\.?$/i.exec(text) ?? null;
  const leading = mark === null ? /^(CR|DR)\.?\s*(.*\d.*)$/i.exec(text) : null;
  if (mark !== null || leading !== null) {
    const letter = (mark?.[2] ?? leading?.[1] ?? "").toUpperCase();
    const sign = joined(before, letter.startsWith("C") || letter === "H" ? "C" : "D");
    return sign === null ? null : { rest: mark?.[1] ?? leading?.[2] ?? "", sign };
  }
  const signed = /^([+-])(.*)$/.exec(text) ?? /^(.*)([+-])$/.exec(text);
  if (signed === null) return null;
  const [first = "", second = ""] = signed.slice(1);
  const printed = first === "-" || first === "+" ? first : second;
  const sign = joined(before, printed === "-" ? "-" : "+");
  return sign === null ? null : { rest: first === printed ? second : first, sign };
}

/** Two that say the same are one (−5.00 DR); two that contradict each other are none. */
function joined(before: Sign, next: "+" | "-" | "C" | "D"): Sign {
  if (before === null) return next;
  if ((before === "-" && next === "D") || (before === "D" && next === "-")) return "-D";
  if ((before === "+" && next === "C") || (before === "C" && next === "+")) return "C";
  return null;
}

function takeCurrency(
  text: string,
  before: readonly CurrencyCode[] | null,
): { rest: string; currency: readonly CurrencyCode[] } | null {
  if (before !== null) return null;
  const code = /^([A-Z]{3})\s*([^A-Z].*)$/i.exec(text) ?? null;
  const trailing = code === null ? /^(.*[^A-Z])([A-Z]{3})$/i.exec(text) : null;
  const named = parseCurrencyCode(code?.[1] ?? trailing?.[2] ?? "");
  if (named !== null) return { rest: code?.[2] ?? trailing?.[1] ?? "", currency: [named] };
  for (const [sign, currency] of currencySigns) {
    if (text.startsWith(sign)) return { rest: text.slice(sign.length), currency };
    if (text.endsWith(sign)) return { rest: text.slice(0, -sign.length), currency };
  }
  return null;
}

const dollars =
  "USD AUD CAD NZD SGD HKD MXN CLP COP ARS TWD BBD BMD BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD";
/** Longer signs first. */
const currencySigns: readonly (readonly [string, readonly CurrencyCode[]])[] = (
  [
    ["US$", "USD"],
    ["A$", "AUD"],
    ["C$", "CAD"],
    ["CA$", "CAD"],
    ["NZ$", "NZD"],
    ["S$", "SGD"],
    ["HK$", "HKD"],
    ["R$", "BRL"],
    ["$", dollars],
    ["€", "EUR"],
    ["£", "GBP EGP FKP GIP SHP LBP SSP SYP SDG"],
    ["¥", "JPY CNY"],
    ["￥", "JPY CNY"],
    ["₹", "INR"],
    ["₽", "RUB"],
    ["₺", "TRY"],
    ["₩", "KRW"],
    ["₪", "ILS"],
    ["₴", "UAH"],
    ["₦", "NGN"],
    ["₱", "PHP"],
    ["₫", "VND"],
    ["฿", "THB"],
    ["zł", "PLN"],
    ["Kč", "CZK"],
    ["Ft", "HUF"],
    ["Fr.", "CHF"],
    ["SFr.", "CHF"],
    ["kr.", "SEK NOK DKK ISK"],
    ["kr", "SEK NOK DKK ISK"],
    ["Rs.", "INR PKR LKR NPR MUR"],
    ["Rs", "INR PKR LKR NPR MUR"],
    ["R", "ZAR"],
  ] as const
)
  .map(
    ([sign, codes]) =>
      [sign, codes.split(" ").flatMap((code) => parseCurrencyCode(code) ?? [])] as const,
  )
  .sort(([a], [b]) => b.length - a.length);

/** "1,234.5" as "1234.5": without grouping, which must be of three (of two and three in India). Null where it is not. */
function plainDecimal(
  digits: string,
  decimalSign: DecimalSign | null,
  currency: CurrencyCode,
): string | null {
  if (decimalSign === null) return /^\d+$/.test(digits) ? digits : null;
  const mark = decimalSign === "point" ? "." : ",";
  const at = digits.lastIndexOf(mark);
  const whole = at < 0 ? digits : digits.slice(0, at);
  const fraction = at < 0 ? "" : digits.slice(at + 1);
  if (at >= 0 && !/^\d+$/.test(fraction)) return null;
  const group = decimalSign === "point" ? "," : ".";
  if (whole === "" && fraction !== "") return `0.${fraction}`;
  if (!/^\d+$/.test(whole) && !isGrouped(whole, group, currency)) return null;
  const plain = whole.replace(/[^\d]/g, "");
  return fraction === "" ? plain : `${plain}.${fraction}`;
}

const lakhCurrencies: ReadonlySet<CurrencyCode> = new Set(["INR", "PKR", "BDT", "NPR", "LKR"]);

function isGrouped(whole: string, group: "," | ".", currency: CurrencyCode): boolean {
  const used = /[^\d]/.exec(whole)?.[0];
  if (used !== group && used !== " " && used !== "'") return false;
  const [first = "", ...rest] = whole.split(used);
  if (!/^\d{1,3}$/.test(first)) return false;
  if (rest.every((part) => /^\d{3}$/.test(part))) return true;
  const thousands = rest.pop() ?? "";
  return (
    used === "," &&
    lakhCurrencies.has(currency) &&
    /^\d{3}$/.test(thousands) &&
    first.length <= 2 &&
    rest.every((part) => /^\d{2}$/.test(part))
  );
}
