import DataLoader from "dataloader";
import type { Context } from "./context.ts";

/**
 * Collects the keys that the resolvers of one level ask for and loads them in one go. Nothing is remembered beyond
 * that: a context may live as long as a subscription does, and must not serve what it saw at first.
 */
export function batched<Value>(
  load: (context: Context, keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (context: Context, key: string) => Promise<Value | undefined> {
  const loaders = new WeakMap<Context, DataLoader<string, Value | undefined>>();
  return (context, key) => {
    let loader = loaders.get(context);
    if (!loader) {
      loader = new DataLoader(
        async (keys) => {
          const found = await load(context, [...new Set(keys)]);
          return keys.map((wanted) => found.get(wanted));
        },
        { cache: false, maxBatchSize: 1_000 },
      );
      loaders.set(context, loader);
    }
    return loader.load(key);
  };
}
