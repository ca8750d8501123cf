/**
 * How many of a worker's places some kinds of job may take, by the flags that they were queued with. Work at a provider
 * waits for its answers: without lanes, a provider that hangs would hold every place until its calls time out, and all
 * healthy connections with it. With them, one provider leaves places to the others, and connections that failed last
 * time share a few, so that they leave places to the healthy ones of the same provider.
 *
 * Graphile Worker asks which flags to leave alone before each fetch, and several fetches may be under way at once: each
 * is counted as if it brought a job of every lane, so that no lane is ever over its share.
 */
export class Lanes {
  readonly #limits: ReadonlyMap<string, number>;
  readonly #running = new Map<string, number>();
  #fetching = 0;

  /** @param limits flag and how many jobs with it may run at one time, at least 1 */
  constructor(limits: ReadonlyMap<string, number>) {
    this.#limits = limits;
  }

  /** A fetch begins. @returns the flags that it must leave alone */
  fetch(): string[] {
    this.#fetching += 1;
    return [...this.#limits]
      .filter(([flag, limit]) => (this.#running.get(flag) ?? 0) + this.#fetching > limit)
      .map(([flag]) => flag);
  }

  /** A fetch has ended, with a job or without. */
  fetched(): void {
    this.#fetching -= 1;
  }

  started(flags: readonly string[]): void {
    for (const flag of flags) this.#running.set(flag, (this.#running.get(flag) ?? 0) + 1);
  }

  ended(flags: readonly string[]): void {
    for (const flag of flags) this.#running.set(flag, (this.#running.get(flag) ?? 0) - 1);
  }
}

/**
 * The shares of a worker with so many places. A quarter is kept from each provider. Connections that failed last time
 * get half together, and a quarter of each provider's, so that one that is down leaves room for others that are back.
 */
export function laneLimits(
  places: number,
  providers: readonly string[],
): ReadonlyMap<string, number> {
  const quarter = Math.max(1, Math.floor(places / 4));
  return new Map([
    ["failing", Math.max(1, Math.floor(places / 2))],
    ...providers.flatMap((name): [string, number][] => [
      [`provider:${name}`, Math.max(1, places - quarter)],
      [`failing:${name}`, quarter],
    ]),
  ]);
}
