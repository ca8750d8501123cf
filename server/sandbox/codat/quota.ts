/** Counts a day's calls against what the client may make, as the real one does: per client, until midnight UTC. */
export class Quota {
  readonly #now: () => number;
  readonly #limit: () => number;
  #day = "";
  #used = 0;

  constructor(now: () => number, limit: () => number) {
    this.#now = now;
    this.#limit = limit;
  }

  /** Uses one call. @returns false where none was left */
  take(): boolean {
    const day = new Date(this.#now()).toISOString().slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#used = 0;
    }
    if (this.#used >= this.#limit()) return false;
    this.#used += 1;
    return true;
  }

  /** For every answer. */
  headers(): Record<string, string> {
    const limit = this.#limit();
    return {
      "x-rate-limit-limit": String(limit),
      "x-rate-limit-remaining": String(Math.max(0, limit - this.#used)),
      "x-rate-limit-reset": new Date(this.#midnight()).toISOString(),
    };
  }

  secondsLeft(): number {
    return Math.ceil((this.#midnight() - this.#now()) / 1_000);
  }

  #midnight(): number {
    const now = this.#now();
    return now - (now % 86_400_000) + 86_400_000;
  }
}
