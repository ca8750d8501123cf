/** Events may come by the hundred during a first sync; a reload for each would help nobody. */
const waitMs = 800;

/** Runs at once, and then at most every `waitMs`: calls in between make one run at the end of it. */
export function coalesce(run: () => void): () => void {
  let resting = false;
  let wanted = false;
  return function call(): void {
    if (resting) {
      wanted = true;
      return;
    }
    resting = true;
    run();
    setTimeout(() => {
      resting = false;
      if (!wanted) return;
      wanted = false;
      call();
    }, waitMs);
  };
}
