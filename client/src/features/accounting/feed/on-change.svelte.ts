import { untrack } from "svelte";

/** Runs each time that something is another than before; not for what it is at first. */
export function onChange(key: () => unknown, run: () => void): void {
  let known: unknown;
  let first = true;
  $effect(() => {
    const now = key();
    if (!first && now !== known) untrack(run);
    first = false;
    known = now;
  });
}
