import type { Tone } from "../../lib/ui/tone.ts";
import type { Category, TransactionStatus } from "./fragments.ts";

export const statusLabels: Record<TransactionStatus, { label: string; tone: Tone }> = {
  UNMATCHED: { label: "Unmatched", tone: "warning" },
  PART_MATCHED: { label: "Part matched", tone: "accent" },
  MATCHED: { label: "Matched", tone: "positive" },
  EXCLUDED: { label: "Excluded", tone: "neutral" },
  REMOVED: { label: "Removed by the bank", tone: "negative" },
};

export const categoryKindLabels: Record<Category["kind"], string> = {
  INCOME: "Income",
  EXPENSE: "Expenses",
  TRANSFER: "Transfers",
};

/** The name people look for first: who it was, else what the bank wrote. */
export function titleOf(line: { counterpartyName: string | null; description: string }): string {
  return line.counterpartyName || line.description;
}

/** What else the bank told, below the title. */
export function detailOf(line: {
  counterpartyName: string | null;
  description: string;
  reference: string | null;
}): string {
  const parts = [
    line.counterpartyName ? line.description : "",
    line.reference && !line.description.includes(line.reference) ? line.reference : "",
  ];
  return parts.filter((part) => part && part !== line.counterpartyName).join(" · ");
}
