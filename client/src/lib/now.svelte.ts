/** How often "3 minutes ago" is said anew, in milliseconds. */
const tickMs = 20_000;

let current = $state(Date.now());
setInterval(() => {
  current = Date.now();
}, tickMs);

/** The time, as a value that components follow. */
export const now = {
  get ms(): number {
    return current;
  },
};
