/** A connection that is back within this time isn't worth a banner, in milliseconds. */
const graceMs = 2_500;

type LiveState = "idle" | "open" | "lost" | "refused";

let state = $state<LiveState>("idle");
let timer: ReturnType<typeof setTimeout> | undefined;

/** How the live connection stands: `lost` only after a short grace, `refused` when signed out. */
export const liveConnection = {
  get state(): LiveState {
    return state;
  },
};

export function connectionOpened(): void {
  clearTimeout(timer);
  timer = undefined;
  state = "open";
}

export function connectionClosed(): void {
  timer ??= setTimeout(() => {
    state = "lost";
  }, graceMs);
}

export function connectionRefused(): void {
  clearTimeout(timer);
  timer = undefined;
  state = "refused";
}

/** The connection was closed because nothing listens any more. */
export function connectionIdle(): void {
  clearTimeout(timer);
  timer = undefined;
  state = "idle";
}
