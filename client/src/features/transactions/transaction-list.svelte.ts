import type { CombinedError } from "@urql/core";
import { onDestroy, untrack } from "svelte";
import { api } from "../../lib/api.ts";
import { live } from "../../lib/live.svelte.ts";
import { cursorOf } from "../../lib/own-cursor.ts";
import {
  type BankTransactionFilter,
  TransactionCountDocument,
  TransactionsChangedDocument,
  TransactionsDocument,
} from "./documents.ts";
import { fits, newestFirst } from "./filter.ts";
import type { BankTransaction } from "./fragments.ts";

const pageSize = 100;

/** The total is asked for anew at most this often while rows stream in, in milliseconds. */
const recountMs = 800;

interface Options {
  /** What the filter asks and a line doesn't tell, such as its account's block. */
  belongs?: (line: BankTransaction) => boolean;
  /** Called with every live change, whether or not the list shows it. */
  onChanged?: (ids: ReadonlySet<string>) => void;
  /** Rows that joined the list live, after it was first shown. */
  onArrived?: (lines: BankTransaction[]) => void;
}

export type TransactionList = ReturnType<typeof transactionList>;

/**
 * Bank transactions that fit a filter, the newest first, a page at a time, and live: rows join, change
 * and leave as they do on the server. The rows stay on the screen while another filter's load.
 */
export function transactionList(filter: () => BankTransactionFilter, options: Options = {}) {
  let items = $state.raw<BankTransaction[]>([]);
  let totalCount = $state<number>();
  let error = $state.raw<CombinedError>();
  let loaded = $state(false);
  let loading = $state(false);
  let hasMore = $state(false);
  let cursor = $state<string>();
  let endCursor: string | null = null;
  /** An answer to a question that nobody asks any more is dropped. */
  let asked = 0;
  let recount: ReturnType<typeof setTimeout> | undefined;
  /** The list is shown no more: an answer that comes after that is nobody's. */
  let over = false;
  /** What changed while a page was on its way, which may have been read before the change. */
  let meanwhile: (() => void)[] = [];

  async function load(after: string | null): Promise<void> {
    asked += 1;
    const mine = asked;
    loading = true;
    const result = await api
      .query(
        TransactionsDocument,
        { first: pageSize, after, filter: untrack(filter) },
        { requestPolicy: "network-only" },
      )
      .toPromise();
    if (over || mine !== asked) return;
    loading = false;
    error = result.error;
    const page = result.data?.bankTransactions;
    if (!page) return;
    items = after === null ? page.nodes : merge(items, page.nodes);
    totalCount = page.totalCount;
    hasMore = page.pageInfo.hasNextPage;
    endCursor = page.pageInfo.endCursor;
    cursor ??= cursorOf(result);
    loaded = true;
    const again = meanwhile;
    meanwhile = [];
    for (const each of again) each();
  }

  $effect(() => {
    // Read as text, so that equal filters don't load again.
    JSON.stringify(filter());
    untrack(() => void load(null));
  });

  live(TransactionsChangedDocument, {
    after: () => cursor,
    onRefetch: () => void load(null),
    onEvent: (event) => {
      apply([...event.added, ...event.changed], event.removedIds);
      const changed = [...event.added, ...event.changed].map((line) => line.id);
      options.onChanged?.(new Set([...changed, ...event.removedIds]));
    },
  });
  onDestroy(() => {
    over = true;
    clearTimeout(recount);
  });

  /** Takes lines as they are now: they join, change in place or leave, as the filter says. */
  function apply(lines: readonly BankTransaction[], removedIds: readonly string[] = []): void {
    if (over) return;
    if (loading) meanwhile.push(() => apply(lines, removedIds));
    if (!loaded) return;
    const wanted = untrack(filter);
    const news = new Map(lines.map((line) => [line.id, line]));
    const gone = new Set(removedIds);
    const known = new Set(items.map((line) => line.id));
    const kept = items
      .filter((line) => !gone.has(line.id))
      .map((line) => news.get(line.id) ?? line)
      .filter((line) => !news.has(line.id) || fits(line, wanted, true));
    const belongs = options.belongs ?? (() => true);
    const oldest = items.at(-1);
    const joined = [...news.values()].filter(
      (line) =>
        !known.has(line.id) &&
        !gone.has(line.id) &&
        belongs(line) &&
        fits(line, wanted, false) &&
        // What comes after the last loaded row is loaded with its page.
        (!hasMore || !oldest || newestFirst(line, oldest) < 0),
    );
    items = merge(kept, joined);
    if (joined.length > 0) options.onArrived?.(joined);
    scheduleRecount();
  }

  function scheduleRecount(): void {
    recount ??= setTimeout(async () => {
      recount = undefined;
      const asked = JSON.stringify(filter());
      const { data } = await api
        .query(TransactionCountDocument, { filter: filter() }, { requestPolicy: "network-only" })
        .toPromise();
      if (!over && data && JSON.stringify(filter()) === asked) {
        totalCount = data.bankTransactions.totalCount;
      }
    }, recountMs);
  }

  return {
    get items() {
      return items;
    },
    get totalCount() {
      return totalCount;
    },
    get error() {
      return error;
    },
    /** Nothing to show yet: time for a skeleton. */
    get loading() {
      return !loaded && !error;
    },
    /** Rows are on their way, whether or not there are some to show. */
    get fetching() {
      return loading;
    },
    /** Where the log ended when the first page was read: see `live`. */
    get cursor() {
      return cursor;
    },
    apply,
    reload: () => void load(null),
    loadMore() {
      if (!loading && hasMore) void load(endCursor);
    },
  };
}

function merge(left: BankTransaction[], right: readonly BankTransaction[]): BankTransaction[] {
  if (right.length === 0) return left;
  const known = new Set(left.map((line) => line.id));
  return [...left, ...right.filter((line) => !known.has(line.id))].sort(newestFirst);
}
