import { setTimeout as wait } from "node:timers/promises";

const pauseMs = 150;
const waitMsMax = 120_000;

/** Asks again and again for what another process does. @throws Error after two minutes, and what `done` throws */
export async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + waitMsMax;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`It took longer than two minutes until ${what}`);
    await wait(pauseMs);
  }
}
