import type { CurrencyCode } from "../../../core/currencies.ts";
import { type Money, money } from "../../../core/money.ts";

/** The amount, where there is one and its currency is known. */
export function moneyOrNull(
  amountMinor: bigint | null,
  currency: CurrencyCode | null,
): Money | null {
  return amountMinor === null || currency === null ? null : money(amountMinor, currency);
}
