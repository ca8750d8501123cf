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

/** The same filters, for the lines of one tab. */
export function filterOf(tab: Tab, filter: BankTransactionFilter): BankTransactionFilter {
  return { ...filter, statuses: [...tabs[tab].statuses] };
}
