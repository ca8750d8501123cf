import type { ImportFilter, ImportStatus } from "./documents.ts";
import { statusLabels } from "./labels.ts";

/** The search parameters that narrow the list. */
export const filterNames = ["account", "block", "status", "search"] as const;

/** The filter that an address stands for; what it can't mean is left out. */
export function filterFrom(search: URLSearchParams): ImportFilter {
  const statuses = search
    .getAll("status")
    .filter((each): each is ImportStatus => each in statusLabels);
  const text = search.get("search")?.trim().slice(0, 100);
  const filter: ImportFilter = {
    accountId: search.get("account") || undefined,
    blockId: search.get("block") || undefined,
    statuses: statuses.length > 0 ? statuses : undefined,
    search: text || undefined,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
