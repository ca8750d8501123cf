/** As long as what was decided takes to be shown, and a dialog to leave. */
const settlingMsMax = 1_000;

/**
 * Puts the focus on an element once it is on nothing: at once, or when a dialog that closes meanwhile gives it back to
 * what has gone. Wherever else it is, it stays.
 * @returns stops looking
 */
export function catchFocus(element: () => HTMLElement | undefined): () => void {
  const until = performance.now() + settlingMsMax;
  let frame = requestAnimationFrame(look);
  function look(now: number): void {
    if (document.activeElement === document.body) element()?.focus({ preventScroll: true });
    else if (now < until) frame = requestAnimationFrame(look);
  }
  return () => cancelAnimationFrame(frame);
}
