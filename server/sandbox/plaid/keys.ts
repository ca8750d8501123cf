import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from "jose";
import type { PlaidFact, StoredKey } from "./facts.ts";

export interface SigningKey extends StoredKey {
  privateKey: CryptoKey;
  expiredAt: number | null;
}

/** The webhook signing keys: one signs, those before it stay known as expired. */
export class Keys {
  #keys = new Map<string, Omit<SigningKey, "privateKey">>();
  #imported = new Map<string, CryptoKey>();
  #current: string | undefined;

  apply(fact: Extract<PlaidFact, { did: "key_added" | "key_expired" }>): void {
    if (fact.did === "key_added") {
      this.#keys.set(fact.key.kid, { ...fact.key, expiredAt: null });
      this.#current = fact.key.kid;
      return;
    }
    const key = this.#keys.get(fact.kid);
    if (key !== undefined) key.expiredAt = fact.at;
  }

  find(kid: string): Omit<SigningKey, "privateKey"> | undefined {
    return this.#keys.get(kid);
  }

  get currentKid(): string | undefined {
    return this.#current;
  }

  async current(): Promise<SigningKey> {
    const key = this.#current === undefined ? undefined : this.#keys.get(this.#current);
    if (key === undefined) throw new TypeError("no signing key was added yet");
    const known = this.#imported.get(key.kid);
    const privateKey = known ?? ((await importJWK(key.privateJwk, "ES256")) as CryptoKey);
    this.#imported.set(key.kid, privateKey);
    return { ...key, privateKey };
  }
}

/** A new ES256 key; `at` in milliseconds. */
export async function newSigningKey(at: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return {
    kid: randomUUID(),
    privateJwk: { ...jwk },
    x: jwk.x ?? "",
    y: jwk.y ?? "",
    createdAt: Math.floor(at / 1000),
  };
}
