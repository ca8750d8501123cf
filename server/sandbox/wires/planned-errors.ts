/** The errors that the next data calls about a consent are answered with: what `failNext` leaves behind. */
export class PlannedErrors {
  #planned = new Map<string, { code: string; left: number }>();

  set(consentId: string, code: string, count: number): void {
    this.#planned.set(consentId, { code, left: count });
  }

  /** The code to answer with, counted down by one; null: answer as ever. */
  take(consentId: string): string | null {
    const planned = this.#planned.get(consentId);
    if (planned === undefined) return null;
    planned.left -= 1;
    if (planned.left <= 0) this.#planned.delete(consentId);
    return planned.code;
  }

  clear(): void {
    this.#planned.clear();
  }
}
