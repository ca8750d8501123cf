import { isZero } from "../../lib/decimal.ts";
import { formatDate, formatMoney, plural } from "../../lib/format.ts";
import type { TransferCandidate, TransferEvidence } from "./transfer-documents.ts";

/** "Two days later": the other line beside the one that is looked at. */
export function daysBetween({ days }: Pick<TransferCandidate, "days">, outgoing: boolean): string {
  const later = outgoing ? days : -days;
  if (later === 0) return "the same day";
  return `${plural(Math.abs(later), "day")} ${later > 0 ? "later" : "earlier"}`;
}

/** What the two amounts differ by, in words; empty where they are equal. */
export function differenceOf({ amountDifference }: Pick<TransferCandidate, "amountDifference">) {
  if (isZero(amountDifference.amount)) return "";
  return `${formatMoney(amountDifference, { signed: true })} between the two`;
}

/** One side of a piece of evidence, as people write it. */
export function readableSide(value: TransferEvidence["otherValue"]): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value);
  const [, amount, currency] = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(value) ?? [];
  return amount && currency ? formatMoney({ amount, currency }) : value;
}
