import type { CombinedError, OperationResult, RequestPolicy, TypedDocumentNode } from "@urql/core";
import { untrack } from "svelte";
import { api } from "./api.ts";
import { cursorOf } from "./own-cursor.ts";

export interface Query<Data> {
  /** The last good answer, kept while newer ones load or fail. */
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  /** Where the log ended when the first answer was read: see `live`. Only if the document asks for `eventCursor`. */
  readonly cursor: string | undefined;
  /** Nothing to show yet: time for a skeleton. */
  readonly loading: boolean;
  /** A request is on its way, whether or not there is something to show. */
  readonly fetching: boolean;
  refetch(): void;
}

/**
 * Runs a query for as long as the component lives and follows the cache. Variables are tracked;
 * `null` means not yet. What is cached shows at once and is refreshed behind.
 */
export function query<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables | null = () => ({}) as Variables,
  policy: RequestPolicy = "cache-and-network",
): Query<Data> {
  let result = $state.raw<OperationResult<Data> | undefined>();
  let data = $state.raw<Data | undefined>();
  let cursor = $state.raw<string | undefined>();
  let fetching = $state(true);
  let round = $state(0);

  $effect(() => {
    const wanted = variables();
    if (wanted === null) return;
    const requestPolicy = round === 0 ? policy : "network-only";
    fetching = true;
    const { unsubscribe } = api
      .query(document, wanted as never, { requestPolicy })
      .subscribe((next: OperationResult<Data>) => {
        untrack(() => {
          result = next;
          if (next.data) data = next.data;
          cursor ??= cursorOf(next);
          fetching = next.stale;
        });
      });
    return unsubscribe;
  });

  return {
    get data() {
      return data;
    },
    get error() {
      return result?.error;
    },
    get cursor() {
      return cursor;
    },
    get loading() {
      return data === undefined && result?.error === undefined;
    },
    get fetching() {
      return fetching;
    },
    refetch() {
      round += 1;
    },
  };
}
