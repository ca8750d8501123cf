import { addDecimals } from "../../lib/decimal.ts";
import type { MoneyValue } from "../../lib/format.ts";

interface Payment {
  amount: MoneyValue;
  openItem: { id: string; number: string; counterpartyName: string };
}

/** What matches put on each invoice or expense, in the order in which these first come. */
export function paidItems(matches: readonly { payments: readonly Payment[] }[]) {
  const items = new Map<string, Payment["openItem"] & { amount: MoneyValue }>();
  for (const { amount, openItem } of matches.flatMap(({ payments }) => payments)) {
    const known = items.get(openItem.id);
    const sum = known ? addDecimals(known.amount.amount, amount.amount) : amount.amount;
    items.set(openItem.id, { ...openItem, amount: { amount: sum, currency: amount.currency } });
  }
  return [...items.values()];
}
