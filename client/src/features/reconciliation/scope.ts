import { isNegative } from "../../lib/decimal.ts";
import type { BankTransaction } from "../transactions/fragments.ts";

/** The block that a line's account belongs to. */
export interface BlockScope {
  id: string;
  name: string;
}

/** How a line is explained: by what is open, or by an expense or income of its own. */
export type Way = "match" | "standalone";

/** What a line pays, as a person would call it. */
export function nounOf(
  line: Pick<BankTransaction, "amount">,
  scope: BlockScope | undefined,
): "expense" | "demand" | "invoice" {
  if (isNegative(line.amount.amount)) return "expense";
  return scope ? "demand" : "invoice";
}

/** What is made of a line that nothing open explains. */
export function ownNounOf(line: Pick<BankTransaction, "amount">): "expense" | "income" {
  return isNegative(line.amount.amount) ? "expense" : "income";
}
