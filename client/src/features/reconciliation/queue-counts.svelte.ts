import { onDestroy } from "svelte";
import { query } from "../../lib/query.svelte.ts";
import type { BankTransactionFilter } from "../transactions/documents.ts";
import { ProgressDocument } from "./documents.ts";
import { filterOf } from "./tabs.ts";

/** The counts are asked for at most this often while decisions stream in, in milliseconds. */
const recountMs = 700;

/** How many lines there are in each tab, and in all. @param common what narrows the lines besides the tab */
export function queueCounts(common: () => BankTransactionFilter) {
  const progress = query(ProgressDocument, () => ({
    unmatched: filterOf("unmatched", common()),
    matched: filterOf("matched", common()),
    excluded: filterOf("excluded", common()),
  }));
  let recount: ReturnType<typeof setTimeout> | undefined;
  onDestroy(() => clearTimeout(recount));

  return {
    get data() {
      return progress.data;
    },
    /** Something was decided, here or elsewhere. */
    recountSoon(): void {
      recount ??= setTimeout(() => {
        recount = undefined;
        progress.refetch();
      }, recountMs);
    },
  };
}
