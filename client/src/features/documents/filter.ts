import type { VariablesOf } from "../../lib/graphql.ts";
import type { OpenItemsDocument } from "./documents.ts";
import { kindLabels, type OpenItemKind, type OpenItemStatus, statusLabels } from "./labels.ts";

export type OpenItemFilter = NonNullable<VariablesOf<typeof OpenItemsDocument>["filter"]>;

/** The filter that an address stands for; what it can't mean is left out. */
export function filterFrom(search: URLSearchParams): OpenItemFilter {
  const kinds = search.getAll("kind").filter((each): each is OpenItemKind => each in kindLabels);
  const statuses = search
    .getAll("status")
    .filter((each): each is OpenItemStatus => each in statusLabels);
  const text = search.get("search");
  return {
    ...(kinds.length > 0 ? { kinds } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(text ? { search: text } : {}),
  };
}
