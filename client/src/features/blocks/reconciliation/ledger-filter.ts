import type { BankTransactionFilter } from "../../transactions/documents.ts";
import { filterFrom } from "../../transactions/filter.ts";
import { type Books, filterOfBooks } from "./lines.ts";

/** What the ledger can be narrowed to, in the words of its badges. */
export const ledgerStatuses = {
  auto: { label: "Auto", filter: { statuses: ["MATCHED"], matchOrigin: "AUTOMATIC" } },
  manual: { label: "Manual", filter: { statuses: ["MATCHED"], matchOrigin: "MANUAL" } },
  unmatched: { label: "Unmatched", filter: { statuses: ["UNMATCHED", "PART_MATCHED"] } },
  excluded: { label: "Excluded", filter: { statuses: ["EXCLUDED"] } },
} as const satisfies Record<string, { label: string; filter: BankTransactionFilter }>;

export type LedgerStatus = keyof typeof ledgerStatuses;

/** The status that an address stands for, if it is one. */
export function statusFrom(search: URLSearchParams): LedgerStatus | undefined {
  const status = search.get("status") ?? "";
  return status in ledgerStatuses ? (status as LedgerStatus) : undefined;
}

/** The lines of the ledger that an address stands for. */
export function ledgerFilter(books: Books, search: URLSearchParams): BankTransactionFilter {
  const { from, to, search: text } = filterFrom(search);
  const status = statusFrom(search);
  const narrowed: BankTransactionFilter = status ? { ...ledgerStatuses[status].filter } : {};
  if (from) narrowed.from = from;
  if (to) narrowed.to = to;
  if (text) narrowed.search = text;
  return { ...filterOfBooks(books), ...narrowed };
}

/** Where the same lines can be fetched as a workbook. */
export function exportAddress(books: Books, search: URLSearchParams): string {
  const { from, to, search: text } = filterFrom(search);
  const status = statusFrom(search);
  // A workbook tells who matched a line, and isn't narrowed by it.
  const statuses = status ? ledgerStatuses[status].filter.statuses : [];
  const wanted = { from, to, search: text, status: statuses.join(",").toLowerCase() };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
  const asked = query.toString();
  return `/api/reconciliation/v1/blocks/${books.id ?? "all"}/ledger.xlsx${asked ? `?${asked}` : ""}`;
}
