import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { untrack } from "svelte";
import { api } from "./api.ts";
import { cursorOf } from "./own-cursor.ts";

interface Page<Item> {
  nodes: Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount?: number;
}

interface PageVariables {
  first?: number | null;
  after?: string | null;
}

export interface PagedList<Item> {
  readonly items: Item[];
  readonly totalCount: number | undefined;
  readonly error: CombinedError | undefined;
  /** Where the log ended when the first page was read: see `live`. Only if the document asks for `eventCursor`. */
  readonly cursor: string | undefined;
  /** Nothing to show yet: time for a skeleton. */
  readonly loading: boolean;
  loadMore(): void;
  /** Loads what is on the screen once more, and shows it when it is there. */
  reload(): void;
}

const pageSize = 100;

/** A reload brings back at most this many rows; further ones are loaded again when they are reached. */
const reloadSizeMax = 200;

/**
 * A long list, a page at a time. Variables are tracked: other filters begin anew, and the rows stay
 * until the new ones are there.
 */
export function pagedList<
  Data,
  Variables extends PageVariables & Record<string, unknown>,
  Item extends { id: string },
>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Omit<Variables, "first" | "after">,
  pick: (data: Data) => Page<Item>,
): PagedList<Item> {
  let items = $state.raw<Item[]>([]);
  let last = $state.raw<Page<Item>>();
  let error = $state.raw<CombinedError>();
  let cursor = $state.raw<string>();
  let loading = $state(true);
  /** An answer to a question that nobody asks any more is dropped. */
  let asked = 0;
  let busy = false;
  let gone = false;
  $effect(() => () => {
    gone = true;
  });

  async function load(first: number, after: string | null): Promise<void> {
    // What a page that was left still asks for would read its variables, which are gone with it.
    if (gone) return;
    asked += 1;
    const mine = asked;
    busy = true;
    const wanted = { ...untrack(variables), first, after } as unknown as Variables;
    const result = await api
      .query(document, wanted as never, { requestPolicy: "network-only" })
      .toPromise();
    if (mine !== asked || gone) return;
    busy = false;
    loading = false;
    error = result.error;
    if (!result.data) return;
    const page = pick(result.data as Data);
    const known = after === null ? [] : items;
    const seen = new Set(known.map((item) => item.id));
    items = [...known, ...page.nodes.filter((item) => !seen.has(item.id))];
    last = page;
    cursor ??= cursorOf(result);
  }

  $effect(() => {
    // Read as text, so that filters that are equal don't load again.
    JSON.stringify(variables());
    void untrack(() => load(pageSize, null));
  });

  return {
    get items() {
      return items;
    },
    get totalCount() {
      return last?.totalCount;
    },
    get error() {
      return error;
    },
    get cursor() {
      return cursor;
    },
    get loading() {
      return loading;
    },
    loadMore() {
      if (!busy && last?.pageInfo.hasNextPage) void load(pageSize, last.pageInfo.endCursor);
    },
    reload() {
      void load(Math.min(reloadSizeMax, Math.max(pageSize, items.length)), null);
    },
  };
}
