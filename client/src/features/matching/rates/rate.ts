import { formatDate } from "../../../lib/format.ts";
import type { Rate } from "./documents.ts";

type Pair = Pick<Rate, "base" | "quote">;

/** A rate has no id of its own: pair and day name it. */
export function keyOf({ base, quote, day }: Pick<Rate, "base" | "quote" | "day">): string {
  return `${base}/${quote}/${day}`;
}

/** Digit by digit, so that no rate passes through a float. */
export function formatRate(rate: string): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 12 }).format(
    rate as `${number}`,
  );
}

/** "1 EUR = 1.0845 USD". */
export function rateSentence({ base, quote, rate }: Pair & { rate: string }): string {
  return `1 ${base} = ${formatRate(rate)} ${quote}`;
}

/** "EUR to USD of 20 Nov 2026". */
export function rateName({ base, quote, day }: Pair & { day: string }): string {
  return `${base} to ${quote} of ${formatDate(day)}`;
}

/**
 * What a person typed as a rate: "1.0845", "1,0845", "1,234.5". The last separator is the decimal one.
 * Undefined if it isn't a number above zero with at most twelve decimals.
 */
export function parseRate(typed: string): string | undefined {
  const text = typed.trim().replace(/[\s'’\u00a0\u202f]/g, "");
  if (!/^[\d.,]*\d[\d.,]*$/.test(text)) return undefined;
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const whole = (at < 0 ? text : text.slice(0, at)).replace(/[.,]/g, "") || "0";
  const fraction = at < 0 ? "" : text.slice(at + 1);
  if (fraction.length > 12 || !/[1-9]/.test(whole + fraction)) return undefined;
  return `${whole.replace(/^0+(?=\d)/, "")}${fraction ? `.${fraction}` : ""}`;
}
