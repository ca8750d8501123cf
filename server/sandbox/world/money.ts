/** Minor units as the JSON number that floating-point APIs send: 12345n GBP is 123.45. */
export function toDouble(amountMinor: bigint, currency: string): number {
  return Number(toDecimal(amountMinor, currency));
}

/** Minor units as a decimal string: -5n GBP is "-0.05". */
export function toDecimal(amountMinor: bigint, currency: string): string {
  const digits = exponent(currency);
  const sign = amountMinor < 0n ? "-" : "";
  const text = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(digits + 1, "0");
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Reads "12.5" or 12.5; undefined when it isn't an amount or has more digits than the currency. */
export function toMinor(amount: unknown, currency: string): bigint | undefined {
  const text = typeof amount === "number" ? String(amount) : amount;
  if (typeof text !== "string") return undefined;
  const parts = /^([+-]?)(\d{1,15})(?:\.(\d+))?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = parts;
  const digits = exponent(currency);
  if (fraction.length > digits) return undefined;
  const minor = BigInt(whole + fraction.padEnd(digits, "0"));
  return sign === "-" ? -minor : minor;
}

function exponent(currency: string): number {
  return currency === "JPY" ? 0 : 2;
}
