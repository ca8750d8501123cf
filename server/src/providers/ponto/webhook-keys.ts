import type { JWK } from "jose";
import { wireList, wireObject } from "../../core/wire-values.ts";

export type KeyLookup =
  | { readonly kind: "found"; readonly jwk: JWK }
  | { readonly kind: "unknown" }
  /** Too many look-ups, or the provider cannot be reached: nothing can be said about the key. */
  | { readonly kind: "unavailable" };

const setMsMax = 60 * 60_000;
const keysMax = 50;
/** Anybody can send any key id, and each unknown one costs a call to the provider. */
const lookupsPerMinuteMax = 6;

/**
 * The key set that webhooks are signed with. It is asked for again after an hour, so that a key that was taken out is
 * noticed, and for a key id that it does not have, a few times a minute at most.
 */
export class WebhookKeys {
  readonly #fetchSet: () => Promise<unknown>;
  #keys: ReadonlyMap<string, JWK> = new Map();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<boolean> | null = null;
  #window = { startsAt: Number.NEGATIVE_INFINITY, lookups: 0 };

  /** @param fetchSet answers the document of keys (RFC 7517), and rejects when it cannot */
  constructor(fetchSet: () => Promise<unknown>) {
    this.#fetchSet = fetchSet;
  }

  async find(kid: string, now: Date): Promise<KeyLookup> {
    const known = this.#keys.get(kid);
    const fresh = now.getTime() - this.#fetchedAt < setMsMax;
    if (known && fresh) return { kind: "found", jwk: known };
    if (!this.#fetching && !this.#mayLookUp(now.getTime())) return { kind: "unavailable" };
    this.#fetching ??= this.#fetch(now.getTime()).finally(() => {
      this.#fetching = null;
    });
    if (!(await this.#fetching)) return { kind: "unavailable" };
    const found = this.#keys.get(kid);
    return found ? { kind: "found", jwk: found } : { kind: "unknown" };
  }

  async #fetch(now: number): Promise<boolean> {
    try {
      const { keys } = wireObject(await this.#fetchSet());
      if (!Array.isArray(keys)) return false;
      this.#keys = new Map(wireList(keys).slice(0, keysMax).flatMap(usable));
      this.#fetchedAt = now;
      return true;
    } catch {
      return false;
    }
  }

  #mayLookUp(now: number): boolean {
    if (now - this.#window.startsAt >= 60_000) this.#window = { startsAt: now, lookups: 0 };
    this.#window.lookups += 1;
    return this.#window.lookups <= lookupsPerMinuteMax;
  }
}

/** RSA keys that are not said to be out of use. */
function usable(key: unknown): [string, JWK][] {
  const { kid, kty, n, e, use, alg, status } = wireObject(key);
  const isRsa = kty === "RSA" && typeof n === "string" && typeof e === "string";
  const signs = (use ?? "sig") === "sig" && (alg ?? "RS512") === "RS512";
  const inUse = typeof status !== "string" || status.toUpperCase() === "ACTIVE";
  return typeof kid === "string" && isRsa && signs && inUse ? [[kid, { kty, n, e }]] : [];
}
