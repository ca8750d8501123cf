/** Codat's dates and amounts, both ways. */
import type { CurrencyCode } from "../../core/currencies.ts";
import { type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { formatDecimal, money } from "../../core/money.ts";
import { wireAmount } from "../../core/wire-values.ts";
import { rejected } from "./failures.ts";

/**
 * The calendar day of "2026-11-20", "2026-11-20T00:00:00", "…T00:00:00Z", "…-05:00": the one that is printed. Books have
 * days, and an hour that was put behind one must not move it.
 */
export function codatDay(value: unknown): LocalDate | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(value)) return null;
  return parseLocalDate(value.slice(0, 10));
}

/** The moment of a time, with up to seven digits of a second; one without a zone is UTC. */
export function codatMoment(value: unknown): Date | null {
  if (typeof value !== "string") return null;
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T([\d:]+)(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    value.trim(),
  );
  if (parts === null) return null;
  const [, day = "", time = "00:00:00", fraction = "", zone = "Z"] = parts;
  const at = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(at) ? null : new Date(at);
}

/** Minor units of a JSON number, exact; null for what is none, or has digits that the currency does not. */
export function codatAmount(value: unknown, currency: CurrencyCode): bigint | null {
  const amount = wireAmount(value, currency);
  return amount.ok ? amount.value : null;
}

/** Minor units as the JSON number whose shortest decimal is the amount. @throws PlatformFailure for one too large for that */
export function toCodatAmount(amountMinor: bigint, currency: CurrencyCode): number {
  const number = Number(formatDecimal(money(amountMinor, currency)));
  if (codatAmount(number, currency) !== amountMinor) {
    throw rejected("An amount is too large for Codat.", "an amount of more than 15 digits");
  }
  return number;
}

/** A day as Codat writes a time of no hour. */
export function toCodatDay(day: LocalDate): string {
  return `${day}T00:00:00Z`;
}
