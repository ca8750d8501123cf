import type { Stack } from "./stack.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A second Ctrl-C within the first half second is the same key pressed twice, or a runner's echo. */
const echoMs = 500;

/** Listens from the very beginning: a signal may come while things are still being started. */
export function stopRequested(): Promise<"asked"> {
  return new Promise((resolve) => {
    let from = Number.POSITIVE_INFINITY;
    for (const signal of signals) {
      process.on(signal, () => {
        // The children see the closed channel and follow; PostgreSQL's guard stops PostgreSQL.
        if (Date.now() > from) process.exit(1);
        from = Math.min(from, Date.now() + echoMs);
        resolve("asked");
      });
    }
  });
}

/**
 * Keeps what was started until a signal asks for its end or something of it fails for good.
 * @returns the exit code
 */
export async function untilStopped(
  stack: Pick<Stack, "failed" | "stop">,
  requested: Promise<"asked">,
): Promise<number> {
  const outcome = await Promise.race([requested, stack.failed]);
  if (outcome !== "asked") console.error(`${outcome}: stopping everything`);
  await stack.stop();
  return outcome === "asked" ? 0 : 1;
}
