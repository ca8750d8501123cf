/** Nothing was started: as many run and wait as may. */
export class SlotsTaken extends Error {
  override readonly name = "SlotsTaken";
  readonly code = "SLOTS_TAKEN";
}

/** Runs a bounded number of tasks at once; a bounded number waits in line. */
export class Slots {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bounds: { runningMax: number; waitingMax: number }) {
    this.#runningMax = bounds.runningMax;
    this.#waitingMax = bounds.waitingMax;
  }

  /** @throws SlotsTaken, or whatever `work` throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<void> | undefined {
    if (this.#running < this.#runningMax) {
      this.#running += 1;
      return undefined;
    }
    if (this.#waiting.length >= this.#waitingMax) throw new SlotsTaken();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A slot goes straight to who waits longest, so that `#running` never dips for a newcomer to overtake. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
