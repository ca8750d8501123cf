import { onDestroy } from "svelte";

/** Events may come by the hundred during a first sync; a reload for each would help nobody. */
const waitMs = 800;

/**
 * Runs at once, and then at most every `waitMs`: calls in between make one run at the end of it, unless the component
 * that it was made in is gone by then.
 */
export function coalesce(run: () => void): () => void {
  let resting = false;
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onDestroy(() => clearTimeout(timer));
  return function call(): void {
    if (resting) {
      wanted = true;
      return;
    }
    resting = true;
    run();
    timer = setTimeout(() => {
      resting = false;
      if (!wanted) return;
      wanted = false;
      call();
    }, waitMs);
  };
}
