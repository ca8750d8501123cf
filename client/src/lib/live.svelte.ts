import type { TypedDocumentNode } from "@urql/core";
import { untrack } from "svelte";
import { api } from "./api.ts";

interface LiveEvent {
  cursor: string;
  refetch: boolean;
}

interface LiveOptions<Data, Variables> {
  /** Answer null while it isn't known yet what to listen to, or from which cursor on. */
  variables?: () => Variables | null;
  /** Where the log ended when what is shown was read (a query's or list's `cursor`): nothing since is missed. */
  after?: () => string | undefined;
  onEvent?: (event: Data[keyof Data]) => void;
  /** The log no longer reaches back to this browser's cursor: load again. */
  onRefetch: () => void;
}

/**
 * Listens to a subscription for as long as the component lives. Events come once each and in order,
 * across lost connections too (see live-transport). The entities in them are already in the cache
 * when `onEvent` is called; it is for what the cache can't know, such as a place in a list.
 */
export function live<Data extends object, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  options: LiveOptions<Data, Omit<Variables, "after">>,
): void {
  // Derived, so that a cursor that moves on later doesn't subscribe anew.
  const ready = $derived(!options.after || options.after() !== undefined);
  $effect(() => {
    const variables = options.variables ? options.variables() : ({} as Omit<Variables, "after">);
    if (variables === null || !ready) return;
    const after = untrack(() => options.after?.()) ?? null;
    const { unsubscribe } = api
      .subscription(document, { ...variables, after } as unknown as Variables)
      .subscribe((result) => {
        const event = result.data && Object.values(result.data)[0];
        if (!event) return;
        untrack(() => {
          if ((event as LiveEvent).refetch) options.onRefetch();
          else options.onEvent?.(event as Data[keyof Data]);
        });
      });
    return unsubscribe;
  });
}
