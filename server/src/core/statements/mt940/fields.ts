import { type CurrencyCode, parseCurrencyCode } from "../../currencies.ts";
import { daysBetween, type LocalDate, parseLocalDate } from "../../dates.ts";
import { type MoneyProblem, parseDecimal } from "../../money.ts";
import { failed, ok, type Result } from "../../result.ts";
import type { StatementProblemCode } from "../statement.ts";

/** What is wrong with a field: a code, and what is expected there. */
export interface FieldProblem {
  readonly code: StatementProblemCode;
  readonly message: string;
}

/** Field 60F, 60M, 62F, 62M or 64: `C260131EUR1210,00`. */
export interface Balance {
  /** Null where the day is none ("000000" is printed for an account's first statement). */
  readonly on: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
}

/**
 * Field 61: value date YYMMDD, entry date MMDD, mark, funds code, amount, type code, customer reference, `//` and the
 * bank's reference.
 */
export interface Movement {
  readonly bookedOn: LocalDate;
  /** Money in is positive. Never zero. */
  readonly amountMinor: bigint;
  /** "NTRF"; null where the bank prints none. */
  readonly typeCode: string | null;
  /** Null for NONREF. */
  readonly customerReference: string | null;
  /** True for EC and ED. */
  readonly expected: boolean;
  /** What was amiss without costing the line. */
  readonly problem: FieldProblem | null;
}

/** @returns `bad_balance`, or `unknown_currency` */
export function parseBalance(text: string): Result<Balance, FieldProblem> {
  const parts = /^\s*([CD])\s*(\d{6})\s*([A-Z]{3})\s*(\S{1,40})\s*$/.exec(text);
  if (parts === null) return failed(badBalance);
  const [, mark, day = "", code = "", digits = ""] = parts;
  const currency = parseCurrencyCode(code);
  if (currency === null) {
    return failed({ code: "unknown_currency", message: "ISO 4217 has no such currency." });
  }
  const amount = parseAmount(digits, currency);
  if (!amount.ok) return failed({ ...badBalance, message: amount.problem.message });
  const amountMinor = mark === "D" ? -amount.value : amount.value;
  return ok({ on: parseDay(day)?.on ?? null, currency, amountMinor });
}

/**
 * The first row of field 61. The booking day is the entry date, in the year that brings it nearest to the value date (an
 * entry of 0102 for a value of 251231 is of 2026); without one, the value date.
 *
 * Marks: C is money in, D out; RC takes a credit back (out), RD a debit (in). EC and ED, expected credit and debit, are
 * announced and not booked. What follows the mark before the amount is the funds code, the third letter of the
 * currency: "CR59,99" is 59.99 EUR in, not a reversal.
 */
export function parseMovement(
  text: string,
  currency: CurrencyCode,
): Result<Movement, FieldProblem> {
  const parts =
    /^\s*(\d{6})(\d{4})?\s*(R[CD]|E[CD]|[CD])([A-Z])?\s*(\d[\d.,]{0,60}|,\d{1,60})(?![\d.,])\s*(.*)$/s.exec(
      text,
    );
  if (parts === null) return failed(badMovement);
  const [, value = "", entry, mark = "", , digits = "", rest = ""] = parts;
  const day = parseDay(value);
  if (day === null) {
    return failed({ code: "bad_date", message: "The value date is no day of the calendar." });
  }
  const amount = parseAmount(digits, currency);
  if (!amount.ok) return amount;
  if (amount.value === 0n) {
    return failed({ code: "zero_amount", message: "A movement of nothing is passed over." });
  }
  const bookedOn = entry === undefined ? day.on : nearestDay(entry, day.on);
  const typed = /^([NFS][A-Z0-9]{3})(.*)$/s.exec(rest);
  const references = typed?.[2] ?? rest;
  const outward = mark === "D" || mark === "RC" || mark === "ED";
  return ok({
    bookedOn: bookedOn ?? day.on,
    amountMinor: outward ? -amount.value : amount.value,
    typeCode: typed?.[1] ?? null,
    customerReference: givenReference(references.split("//", 1)[0] ?? ""),
    expected: mark.startsWith("E"),
    problem: bookedOn === null ? badEntryDate : day.moved ? movedDate : null,
  });
}

/** A reference, or null for the words that stand where there is none, or that only say where it is ("EREF"). */
export function givenReference(text: string): string | null {
  const reference = text.trim();
  const none = /^(?:|NO[NT]?[ -]?REF(?:ERENCE)?|NOT ?PROVIDED|N\/?A|-+|0+|[EKPC]REF|MARF)$/i;
  return none.test(reference) ? null : reference;
}

/**
 * Field 25 without what does not name the account: a leading slash, the BIC before an IBAN, the currency after it
 * ("NL20INGB0001234567EUR"). A bank code before a number stays: "10050000/12345678".
 */
export function parseAccount(text: string): {
  readonly account: string | null;
  readonly currency: CurrencyCode | null;
} {
  const printed = text.trim().replace(/^\/+/, "");
  const afterBic = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\/(.+)$/.exec(printed)?.[1] ?? printed;
  const parts = /^(.*\S)[ /]*([A-Z]{3})$/s.exec(afterBic);
  const currency = parts && !ibanHolds(afterBic) ? parseCurrencyCode(parts[2] ?? "") : null;
  const account = (currency === null ? afterBic : (parts?.[1] ?? "")).replace(/[ /]+$/, "");
  return { account: account === "" ? null : account, currency };
}

/**
 * An amount with a decimal comma, which stands even where nothing follows it: "12,", "12,5", "12,50". Banks that print a
 * point are understood; with both signs, the last is the decimal one.
 */
function parseAmount(text: string, currency: CurrencyCode): Result<bigint, FieldProblem> {
  const parts = /^([\d.,]*?)(?:([.,])(\d*))?$/.exec(text);
  const [, whole = "", sign, fraction = ""] = parts ?? [];
  const grouping = sign === "," ? "." : ",";
  const digits = whole.replaceAll(grouping, "");
  if (parts === null || /[.,]/.test(digits) || digits + fraction === "") return failed(badAmount);
  const money = parseDecimal(`${digits || "0"}.${fraction || "0"}`, currency);
  if (money.ok) return ok(money.value.amountMinor);
  return failed(amountProblem(money.problem));
}

function amountProblem({ code, currency }: MoneyProblem): FieldProblem {
  switch (code) {
    case "too_many_digits":
      return { code, message: `The amount has more decimals than ${currency} has.` };
    case "out_of_range":
      return { code, message: "The amount is beyond what can be kept." };
    default:
      return badAmount;
  }
}

/**
 * YYMMDD. As SWIFT rules, years up to 79 are of this century and later ones of the last. The 29th to the 31st of a month
 * that has no such day are its last: banks that count interest by months of thirty days print 30 February.
 */
function parseDay(text: string): { readonly on: LocalDate; readonly moved: boolean } | null {
  const year = Number(text.slice(0, 2)) + (text.slice(0, 2) > "79" ? 1900 : 2000);
  const [month, day] = [text.slice(2, 4), Number(text.slice(4, 6))];
  if (day > 31) return null;
  for (let last = day; last > 27 || last === day; last -= 1) {
    const on = parseLocalDate(`${year}-${month}-${String(last).padStart(2, "0")}`);
    if (on !== null) return { on, moved: last !== day };
  }
  return null;
}

/** MMDD in the year that brings it nearest to a day; null when it is none. */
function nearestDay(entry: string, near: LocalDate): LocalDate | null {
  // Mostly they are one day: three candidates less to make for each line.
  if (near.endsWith(`${entry.slice(0, 2)}-${entry.slice(2)}`)) return near;
  const year = Number(near.slice(0, 4));
  const days = [year, year - 1, year + 1]
    .map((each) => parseLocalDate(`${each}-${entry.slice(0, 2)}-${entry.slice(2)}`))
    .filter((day) => day !== null);
  const distance = (day: LocalDate) => Math.abs(daysBetween(near, day));
  return days.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** ISO 13616's check: the IBAN, turned and with letters as numbers, is 1 modulo 97. */
function ibanHolds(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const badAmount: FieldProblem = {
  code: "bad_amount",
  message: "An amount with a decimal comma is expected, such as 1210,00.",
};
const badBalance: FieldProblem = {
  code: "bad_balance",
  message: "C or D, a day, a currency and an amount are expected, such as C260131EUR1210,00.",
};
const badMovement: FieldProblem = {
  code: "bad_record",
  message: "A value date, C or D and an amount are expected, such as 2601310131C1210,00NTRFNONREF.",
};
const badEntryDate: FieldProblem = {
  code: "bad_date",
  message: "The entry date is no day of the calendar: the value date was taken.",
};
const movedDate: FieldProblem = {
  code: "bad_date",
  message: "The month has no such day: its last day was taken.",
};
