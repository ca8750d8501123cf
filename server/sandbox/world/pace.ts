import { randomFrom } from "../../../prisma/story/random.ts";
import type { Sandbox } from "../sandbox.ts";
import { nextArrival } from "./arrivals.ts";

/** Lets one thing happen on these accounts; false when there is no account. */
export function arriveFor(
  sandbox: Pick<Sandbox, "world" | "settings" | "record">,
  paths: string[],
  date = sandbox.world.clock.today(),
): boolean {
  // The count of rows goes into the seed: a restart goes on where it was, and repeats nothing.
  const random = randomFrom(`${sandbox.settings.seed}:arrival:${sandbox.world.rows.length}`);
  const draft = nextArrival(sandbox.world, paths, random, date);
  if (draft === undefined) return false;
  sandbox.record({ of: "bank", did: "posted", rows: [draft] });
  return true;
}

/** Makes transactions arrive by themselves, on accounts that somebody has connected. */
export class Pace {
  #sandbox: Sandbox;
  #timer: NodeJS.Timeout | undefined;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.restart();
  }

  /** Call after the pace has changed. */
  restart(): void {
    clearInterval(this.#timer);
    const { paceSeconds } = this.#sandbox.world;
    if (paceSeconds === 0) return;
    this.#timer = setInterval(
      () => arriveFor(this.#sandbox, connectedPaths(this.#sandbox)),
      paceSeconds * 1_000,
    );
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** The accounts that anybody has connected, over whichever wire. Before the first one nothing is spent. */
export function connectedPaths({ wires }: Pick<Sandbox, "wires">): string[] {
  const settled = wires.flatMap((wire) => wire.consents()).filter((consent) => consent.settled);
  return [...new Set(settled.flatMap((consent) => consent.paths))];
}
