import type { BankTransactionFilter } from "../transactions/documents.ts";

export const tabs = {
  unmatched: { label: "Unmatched", statuses: ["UNMATCHED", "PART_MATCHED"] },
  matched: { label: "Matched", statuses: ["MATCHED"] },
  excluded: { label: "Excluded", statuses: ["EXCLUDED"] },
} as const;

export type Tab = keyof typeof tabs;

export function tabFrom(search: URLSearchParams): Tab {
  const tab = search.get("tab") ?? "";
  return tab in tabs ? (tab as Tab) : "unmatched";
}

/** The same filters, for the lines of one tab. Only what was left out can be a transfer. */
export function filterOf(tab: Tab, filter: BankTransactionFilter): BankTransactionFilter {
  const { transfer: _, ...rest } = filter;
  const statuses = [...tabs[tab].statuses];
  return tab === "excluded" ? { ...filter, statuses } : { ...rest, statuses };
}
