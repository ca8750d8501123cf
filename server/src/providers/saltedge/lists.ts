import { addAll } from "../../core/lists.ts";
import type { SaltEdgeClient } from "./client.ts";
import { compareIds } from "./cursor.ts";
import { unreachable } from "./failures.ts";

/** As many rows as Salt Edge puts on a page. */
export const rowsPerPage = "1000";
const pagesMax = 100;

/**
 * All rows of a list that is short by its nature: connections of a customer, accounts, pending rows.
 * @throws ProviderFailure, also for a list that does not end
 */
export async function fetchAll(
  client: SaltEdgeClient,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let fromId: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const { data, nextId } = await client.call({
      method: "GET",
      path,
      query: { ...query, per_page: rowsPerPage, from_id: fromId ?? undefined },
    });
    addAll(rows, requireList(data));
    if (nextId === null) return rows;
    requireProgress(fromId, nextId);
    fromId = nextId;
  }
  throw unreachable("a list that does not end");
}

/** @throws ProviderFailure for what is no list: taken for an empty one, it would say that everything is gone */
export function requireList(data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw unreachable("an answer without its list");
  return data;
}

/** @throws ProviderFailure when the next page is none further on: reading would never end */
export function requireProgress(fromId: string | null, nextId: string): void {
  if (fromId !== null && compareIds(nextId, fromId) <= 0) throw unreachable("pages in a circle");
}
