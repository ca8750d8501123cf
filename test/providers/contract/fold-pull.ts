import type {
  ProviderPage,
  ProviderTransaction,
  WholeRange,
} from "../../../server/src/providers/provider.ts";

export type KnownRows = ReadonlyMap<string, ProviderTransaction>;

/**
 * What is known after the pages of one pull that came to its end, as the engine sees it: what comes replaces what is
 * known under its id, what is named as removed goes, and what lies in a range that was read whole and did not come is
 * gone. The pull counts as a whole, whatever page said what.
 */
export function foldPull(
  known: KnownRows,
  pages: readonly Extract<ProviderPage, { kind: "page" }>[],
): Map<string, ProviderTransaction> {
  const rows = new Map(known);
  const came = new Set<string>();
  for (const page of pages) {
    for (const row of [...page.added, ...page.modified]) {
      rows.set(row.externalId, row);
      came.add(row.externalId);
    }
    for (const { externalId } of page.removed) {
      rows.delete(externalId);
      came.delete(externalId);
    }
  }
  const ranges = pages.flatMap((page) => page.whole);
  for (const row of known.values()) {
    if (!came.has(row.externalId) && ranges.some((range) => lies(row, range))) {
      rows.delete(row.externalId);
    }
  }
  return rows;
}

function lies(row: ProviderTransaction, range: WholeRange): boolean {
  if (row.accountExternalId !== range.accountExternalId) return false;
  if (range.rows !== "all" && (range.rows === "pending") !== row.pending) return false;
  return range.from === null || row.bookedOn >= range.from;
}
