import type { JWK } from "jose";

/** A key as Plaid answers it; `expired_at` is set once it has been rotated out. */
export interface WebhookKey {
  readonly jwk: JWK;
  readonly expired: boolean;
}

export type KeyLookup =
  | { readonly kind: "found"; readonly jwk: JWK }
  | { readonly kind: "unknown" }
  /** Too many look-ups, or the provider cannot be reached: nothing can be said about the key. */
  | { readonly kind: "unavailable" };

const keyMsMax = 60 * 60_000;
const unknownMsMax = 60_000;
const entriesMax = 200;
/** Anybody can send any key id, and each unknown one costs a call to the provider. */
const lookupsPerMinuteMax = 20;

/**
 * The keys that sign webhooks, by key id. A key is asked for again after an hour, so that one rotated out is noticed;
 * an unknown id is remembered for a minute.
 */
export class WebhookKeys {
  readonly #fetchKey: (kid: string) => Promise<WebhookKey | null>;
  readonly #entries = new Map<string, { lookup: Promise<KeyLookup>; until: number }>();
  #window = { startsAt: 0, lookups: 0 };

  /** @param fetchKey answers null for an id that the provider does not know, and rejects when it cannot say */
  constructor(fetchKey: (kid: string) => Promise<WebhookKey | null>) {
    this.#fetchKey = fetchKey;
  }

  find(kid: string, now: Date): Promise<KeyLookup> {
    const known = this.#entries.get(kid);
    if (known && now.getTime() < known.until) return known.lookup;
    if (!this.#mayLookUp(now.getTime())) return Promise.resolve({ kind: "unavailable" });
    const entry = { lookup: this.#lookUp(kid), until: now.getTime() + keyMsMax };
    this.#remember(kid, entry);
    void entry.lookup.then((found) => {
      if (found.kind === "unavailable") entry.until = 0;
      if (found.kind === "unknown") entry.until = now.getTime() + unknownMsMax;
    });
    return entry.lookup;
  }

  async #lookUp(kid: string): Promise<KeyLookup> {
    try {
      const key = await this.#fetchKey(kid);
      return key === null || key.expired ? { kind: "unknown" } : { kind: "found", jwk: key.jwk };
    } catch {
      return { kind: "unavailable" };
    }
  }

  #mayLookUp(now: number): boolean {
    if (now - this.#window.startsAt >= 60_000) this.#window = { startsAt: now, lookups: 0 };
    this.#window.lookups += 1;
    return this.#window.lookups <= lookupsPerMinuteMax;
  }

  #remember(kid: string, entry: { lookup: Promise<KeyLookup>; until: number }): void {
    this.#entries.delete(kid);
    this.#entries.set(kid, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}
