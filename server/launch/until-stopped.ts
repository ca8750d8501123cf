import type { Stack } from "./stack.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A second Ctrl-C within the first half second is the same key pressed twice, or a runner's echo. */
const echoMs = 500;

/**
 * Keeps what was started until a signal asks for its end or something of it fails for good.
 * @returns the exit code
 */
export async function untilStopped(stack: Stack): Promise<number> {
  const outcome = await Promise.race([signalled(), stack.failed]);
  const asked = outcome === "signal";
  if (asked) hurryOnSecondSignal();
  else console.error(`${outcome}: stopping everything`);
  await stack.stop();
  return asked ? 0 : 1;
}

function signalled(): Promise<"signal"> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve("signal"));
  });
}

/** The children see the closed channel and follow; PostgreSQL's guard stops PostgreSQL. */
function hurryOnSecondSignal(): void {
  const from = Date.now() + echoMs;
  process.on("SIGINT", () => {
    if (Date.now() > from) process.exit(1);
  });
}
