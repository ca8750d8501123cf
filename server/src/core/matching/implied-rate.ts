import { currencyExponent } from "../currencies.ts";
import type { Money } from "../money.ts";

const rateDigits = 12;

/**
 * What one unit of the first amount's currency was taken for in the second's, as a decimal of twelve digits, rounded
 * half up: 100.00 EUR for 16,250 JPY is "162.500000000000". Both amounts are above zero.
 */
export function impliedRate(from: Money, to: Money): string {
  const fromScale = 10n ** BigInt(currencyExponent(from.currency));
  const toScale = 10n ** BigInt(currencyExponent(to.currency));
  const numerator = to.amountMinor * fromScale * 10n ** BigInt(rateDigits);
  const denominator = from.amountMinor * toScale;
  const scaled = (numerator * 2n + denominator) / (denominator * 2n);
  const digits = scaled.toString().padStart(rateDigits + 1, "0");
  return `${digits.slice(0, -rateDigits)}.${digits.slice(-rateDigits)}`;
}
