const keptMax = 500;
/** Receivers allow for a clock that is half a minute ahead. */
const aheadMax = 20;
/** An attempt later than this is signed anew, or it would be refused as late. */
const freshSeconds = 60;

/**
 * When webhooks are signed. Tink's have no id, and two changes may be told in the same words: no two of them are signed
 * for the same second, as that is all that tells them apart. Repetitions of one are.
 */
export class SignTimes {
  readonly #last = new Map<string, number>();

  /** @returns the second to sign an attempt for, asked at each attempt */
  next(body: string): () => number {
    const now = seconds();
    const time = Math.min(Math.max(now, (this.#last.get(body) ?? 0) + 1), now + aheadMax);
    this.#last.delete(body);
    this.#last.set(body, time);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= keptMax) break;
      this.#last.delete(oldest);
    }
    return () => (seconds() - time > freshSeconds ? seconds() : time);
  }
}

/** The real time: receivers have no other. */
function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}
