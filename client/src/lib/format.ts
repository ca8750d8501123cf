/** How money, dates and counts look on the screen, in the browser's own language. */

export interface MoneyValue {
  amount: string;
  currency: string;
}

interface MoneyOptions {
  /** A plus before money in. */
  signed?: boolean;
  /** Whole units only, for headlines and axes. */
  rounded?: boolean;
}

/** Intl formats a decimal string digit by digit, so no amount passes through a float. */
export function formatMoney(money: MoneyValue, options: MoneyOptions = {}): string {
  return moneyFormat(money.currency, options).format(money.amount as `${number}`);
}

/** The amount alone, with its currency's number of decimals: for columns that name the currency. */
export function formatAmount(money: MoneyValue, options: MoneyOptions = {}): string {
  return moneyFormat(money.currency, options)
    .formatToParts(money.amount as `${number}`)
    .filter((part) => part.type !== "currency")
    .map((part) => part.value)
    .join("")
    .trim();
}

/** A short figure for a chart's axis, such as "12K". */
export function formatCompact(value: number, currency: string): string {
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    notation: "compact",
    maximumFractionDigits: 1,
  }).format(value);
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat().format(count);
}

/** `share` from 0 to 1. */
export function formatShare(share: number): string {
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 }).format(
    share,
  );
}

/** An ISO date without a time, such as "2026-03-04": never moved by a time zone. */
export function formatDate(
  date: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: "medium" },
): string {
  return new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...options }).format(
    new Date(`${date.slice(0, 10)}T00:00:00Z`),
  );
}

export function formatMonth(date: string, length: "short" | "long" = "short"): string {
  return formatDate(date, { month: length, year: length === "long" ? "numeric" : "2-digit" });
}

export function formatDateTime(instant: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(instant),
  );
}

/** The time of day alone, such as "14:20". */
export function formatTime(instant: string): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(new Date(instant));
}

/** What is left of a wait: "43:12", "1:02:05". Never below zero. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** "4 minutes ago", "in 3 days". */
export function formatRelative(instant: string, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1_000;
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 45) return "just now";
  if (size < 3_600) return format.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.round(seconds / 3_600), "hour");
  if (size < 30 * 86_400) return format.format(Math.round(seconds / 86_400), "day");
  return formatDateTime(instant);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** "Bank connection" from BANK_CONNECTION: the last resort for a word that has no label yet. */
export function humanise(constant: string): string {
  const words = constant.replace(/[_.:-]+/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

/** Building a format costs a hundred times what using it does, and lists show thousands. */
function moneyFormat(currency: string, { signed, rounded }: MoneyOptions): Intl.NumberFormat {
  const key = `${currency}${signed ? "+" : ""}${rounded ? "0" : ""}`;
  let format = moneyFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(undefined, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...(signed ? { signDisplay: "exceptZero" } : {}),
      ...(rounded ? { maximumFractionDigits: 0 } : {}),
    });
    moneyFormats.set(key, format);
  }
  return format;
}
