import type { Tone } from "../../lib/ui/tone.ts";
import type { BankTransaction, Category, TransactionStatus } from "./fragments.ts";

export const statusLabels: Record<TransactionStatus, { label: string; tone: Tone }> = {
  UNMATCHED: { label: "Unmatched", tone: "warning" },
  PART_MATCHED: { label: "Part matched", tone: "accent" },
  MATCHED: { label: "Matched", tone: "positive" },
  EXCLUDED: { label: "Excluded", tone: "neutral" },
  REMOVED: { label: "Removed by the bank", tone: "negative" },
};

/** How a line stands: who matched it, or why it isn't. */
export type LineState =
  | "auto"
  | "manual"
  | "part"
  | "transfer"
  | "excluded"
  | "unmatched"
  | "removed";

/** The badge of a line on every screen. */
export const stateLabels: Record<LineState, { label: string; title: string; tone: Tone }> = {
  auto: { label: "Auto", title: "Matched automatically", tone: "accent" },
  manual: { label: "Manual", title: "Matched by a person", tone: "positive" },
  part: { label: "Part matched", title: "Matches explain a part of it", tone: "warning" },
  transfer: {
    label: "Transfer",
    title: "Between own accounts, excluded as a pair",
    tone: "neutral",
  },
  excluded: { label: "Excluded", title: "Left out of reconciliation", tone: "neutral" },
  unmatched: { label: "Unmatched", title: "Nothing explains it yet", tone: "warning" },
  removed: { label: "Removed by the bank", title: "The bank has taken it back", tone: "negative" },
};

/** A line that a person had a part in is matched by a person. */
export function stateOf(line: Pick<BankTransaction, "status" | "matches" | "transfer">): LineState {
  switch (line.status) {
    case "MATCHED":
      return line.matches.some(({ origin }) => origin === "MANUAL") ? "manual" : "auto";
    case "PART_MATCHED":
      return "part";
    case "EXCLUDED":
      return line.transfer ? "transfer" : "excluded";
    case "REMOVED":
      return "removed";
    case "UNMATCHED":
      return "unmatched";
  }
}

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
