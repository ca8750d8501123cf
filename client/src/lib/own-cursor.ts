import { mapExchange, type OperationResult } from "@urql/core";

/**
 * Where the log ended when an answer was read on the server, if its document asks for `eventCursor`. Not to be taken
 * from the data, which come through the cache: there the latest query's cursor stands for all of them, and what
 * happened between an older answer and that one would never be told. Undefined for what only the cache knew.
 */
export function cursorOf({ extensions }: Pick<OperationResult, "extensions">): string | undefined {
  return extensions?.eventCursor;
}

/** Between the cache and the server: keeps each answer's cursor beside its data. See cursorOf. */
export const ownCursorExchange = mapExchange({
  onResult(result) {
    const eventCursor = result.operation.kind === "query" ? result.data?.eventCursor : undefined;
    if (eventCursor === undefined) return result;
    return { ...result, extensions: { ...result.extensions, eventCursor } };
  },
});
