import { href } from "../../../routes.ts";

export const tabs = ["dashboard", "queue", "ledger", "imports"] as const;
export type Tab = (typeof tabs)[number];

/** The tab that an address stands for; the dashboard is the one without a word. */
export function tabFrom(search: URLSearchParams): Tab {
  return tabs.find((each) => each === search.get("tab")) ?? "dashboard";
}

/** The module for one block, or for all, at one of its tabs. */
export function reconciliationAddress(blockId: string | null, tab: Tab = "dashboard"): string {
  const search = new URLSearchParams();
  if (tab !== "dashboard") search.set("tab", tab);
  if (blockId) search.set("block", blockId);
  const text = search.toString();
  return href("/finance/blocks/reconciliation") + (text ? `?${text}` : "");
}
