import type { Tone } from "../../lib/ui/tone.ts";
import type { OpenItem } from "./documents.ts";

export type OpenItemKind = OpenItem["kind"];
export type OpenItemStatus = OpenItem["status"];

export const kindLabels: Record<OpenItemKind, string> = {
  INVOICE: "Invoice",
  EXPENSE: "Expense",
  DEMAND: "Demand",
};

export const statusLabels: Record<OpenItemStatus, { label: string; tone: Tone }> = {
  OPEN: { label: "Open", tone: "neutral" },
  PART_PAID: { label: "Part paid", tone: "accent" },
  PAID: { label: "Paid", tone: "positive" },
  VOID: { label: "Void", tone: "neutral" },
};

/** Still to be paid, in full or in part, after its due day in the reader's calendar. */
export function isOverdue(item: Pick<OpenItem, "status" | "dueOn">, nowMs: number): boolean {
  if (item.dueOn === null || (item.status !== "OPEN" && item.status !== "PART_PAID")) return false;
  const now = new Date(nowMs);
  const pad = (part: number) => String(part).padStart(2, "0");
  const today = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  return item.dueOn < today;
}

/** How much of it is paid, from 0 to 1: the width of a bar, so a float is enough. */
export function paidShare(item: Pick<OpenItem, "amount" | "openAmount">): number {
  const total = Number(item.amount.amount);
  return total === 0 ? 0 : 1 - Number(item.openAmount.amount) / total;
}
