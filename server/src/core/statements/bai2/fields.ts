import { type CurrencyCode, currencyExponent } from "../../currencies.ts";
import { type LocalDate, parseLocalDate } from "../../dates.ts";
import { amountMinorMax, magnitude } from "../../money.ts";

/** A day as YYMMDD (years from 80 on are of the last century), or as YYYYMMDD, which some banks print. */
export function parseDay(text: string): LocalDate | null {
  if (!/^(?:\d{6}|\d{8})$/.test(text)) return null;
  const century = Number(text.slice(0, 2)) >= 80 ? "19" : "20";
  const day = text.length === 8 ? text : century + text;
  return parseLocalDate(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);
}

/** A time as HHMM, with 2400 and 9999 for the end of the day; seconds and colons, as some banks print, as well. */
export function isTime(text: string): boolean {
  return /^(?:(?:[01]\d|2[0-3]):?[0-5]\d(?::?[0-5]\d)?|2400|9999|24:00(?::00)?)$/.test(text);
}

/** A whole number as printed, with its sign; null where it is none. */
export function parsePrinted(text: string): bigint | null {
  if (!/^[+-]?\d{1,30}$/.test(text)) return null;
  // Through a double, which is exact this far, it takes a fifth of the time.
  return text.length <= 15 ? BigInt(Number(text)) : BigInt(text);
}

/** How the amounts of an account are printed: its currency, and the digits after the point that is left out. */
export interface PrintedMoney {
  readonly currency: CurrencyCode;
  readonly decimals: number;
}

/** Minor units by ISO 4217; null where that would need a fraction of one or more than 64 bits. */
export function minorOf(printed: bigint, { currency, decimals }: PrintedMoney): bigint | null {
  const shift = currencyExponent(currency) - decimals;
  let minor = printed;
  if (shift > 0) minor = printed * 10n ** BigInt(shift);
  if (shift < 0) {
    const divisor = 10n ** BigInt(-shift);
    if (printed % divisor !== 0n) return null;
    minor = printed / divisor;
  }
  return magnitude(minor) > amountMinorMax ? null : minor;
}

/**
 * How many fields a funds type brings with it: S its three availabilities, V a day and a time, D a number of days and
 * amounts, told by the field after it. Null for what is no funds type, or no such number.
 */
export function fundsFields(type: string, distribution: string | undefined): number | null {
  switch (type) {
    case "":
    case "0":
    case "1":
    case "2":
    case "Z":
      return 0;
    case "S":
      return 3;
    case "V":
      return 2;
    case "D":
      return /^\d{1,3}$/.test(distribution ?? "") ? 1 + 2 * Number(distribution) : null;
    default:
      return null;
  }
}
