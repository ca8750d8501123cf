import { unreachable } from "../assert.ts";
import type { CurrencyCode } from "../currencies.ts";
import { formatDecimal, magnitude, money } from "../money.ts";
import type { BalanceCheck } from "./statement.ts";

/**
 * A check as a sentence for people, with its place, both figures and the difference: "Statement 12: opening plus lines
 * comes to 1,210.00 EUR, but the file states 1,200.00 EUR: 10.00 EUR less."
 * @param currency of the account, for files that name none; without it minor units are told
 */
export function describeCheck(
  check: BalanceCheck,
  currency: CurrencyCode | null = check.currency,
): string {
  const figure = (value: bigint) =>
    check.unit === "count" ? grouped(value.toString()) : formatAmount(value, currency);
  const computed = `${capitalised(check.place)}: ${computedWords(check.what)} ${figure(check.computed)}`;
  if (check.stated === check.computed) {
    return `${computed}, ${check.what === "continuity" ? "with which it opens" : "as the file states"}.`;
  }
  const difference = figure(magnitude(check.stated - check.computed));
  const direction = check.stated < check.computed ? "less" : "more";
  return `${computed}, but ${statedWords(check.what)} ${figure(check.stated)}: ${difference} ${direction}.`;
}

function computedWords(what: BalanceCheck["what"]): string {
  switch (what) {
    case "balance":
      return "opening plus lines comes to";
    case "running_balance":
      return "the balance before plus the line comes to";
    case "continuity":
      return "the statement before it closed with";
    case "control_total":
      return "the amounts come to";
    case "record_count":
      return "the records counted are";
    case "account_count":
      return "the accounts counted are";
    case "group_count":
      return "the groups counted are";
    case "entry_count":
      return "the entries counted are";
    case "entry_sum":
      return "the entries come to";
    default:
      return unreachable(what);
  }
}

function statedWords(what: BalanceCheck["what"]): string {
  return what === "continuity" ? "it opens with" : "the file states";
}

function formatAmount(amountMinor: bigint, currency: CurrencyCode | null): string {
  if (currency === null) return `${grouped(amountMinor.toString())} minor units`;
  return `${grouped(formatDecimal(money(amountMinor, currency)))} ${currency}`;
}

function grouped(decimal: string): string {
  const [whole = "", fraction] = decimal.split(".");
  const groups = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
