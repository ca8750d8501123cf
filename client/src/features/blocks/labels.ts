import { formatMoney, type MoneyValue } from "../../lib/format.ts";
import type { Tone } from "../../lib/ui/tone.ts";
import type { OpenItemStatus } from "../documents/labels.ts";
import type { Leaseholder } from "./fragments.ts";

/** A demand that is open is called outstanding. */
export const demandStatusLabels: Record<OpenItemStatus, { label: string; tone: Tone }> = {
  OPEN: { label: "Outstanding", tone: "warning" },
  PART_PAID: { label: "Part paid", tone: "accent" },
  PAID: { label: "Paid", tone: "positive" },
  VOID: { label: "Void", tone: "neutral" },
};

/** "£1,200.00, €30.00"; a dash where there is nothing. */
export function sums(amounts: readonly MoneyValue[]): string {
  return amounts.length === 0 ? "–" : amounts.map((money) => formatMoney(money)).join(", ");
}

/** Those who live there now, by name; former ones are left out. */
export function currentNames(leaseholders: readonly Pick<Leaseholder, "name" | "archivedAt">[]) {
  return leaseholders
    .filter(({ archivedAt }) => archivedAt === null)
    .map(({ name }) => name)
    .join(", ");
}

/** "Flat 2" before "Flat 10". */
export function byNumber(left: { number: string }, right: { number: string }): number {
  return left.number.localeCompare(right.number, undefined, { numeric: true });
}
