import { formatMoney } from "../../lib/format.ts";
import type { BankTransaction } from "../transactions/fragments.ts";
import type { LineAllocation } from "./allocation.svelte.ts";

/** "Matched £120.00 with INV-2041 and 2 more", for the toast that offers to undo it. */
export function matchedWords(
  allocation: Pick<LineAllocation, "shares" | "total">,
  line: Pick<BankTransaction, "amount">,
): string {
  const [first, ...more] = allocation.shares;
  const whom = `${first?.item.number}${more.length > 0 ? ` and ${more.length} more` : ""}`;
  const amount = formatMoney({ amount: allocation.total, currency: line.amount.currency });
  return `Matched ${amount} with ${whom}`;
}
