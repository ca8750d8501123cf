import { createHash, randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import type { PontoFact, StoredKey } from "./facts.ts";
import { pontoClient } from "./ponto-sandbox.ts";

const lifeSeconds = 60;
export const issuer = "https://api.ibanity.com";

/** The keys that sign webhooks. The first is made when it is first needed: RSA keys take their time. */
export class Keys {
  #keys: StoredKey[] = [];
  #making: Promise<StoredKey> | undefined;
  #record: (fact: PontoFact) => void;

  constructor(record: (fact: PontoFact) => void) {
    this.#record = record;
  }

  apply(fact: Extract<PontoFact, { did: "key_added" }>): void {
    this.#keys.push(fact.key);
  }

  /** The document of keys (RFC 7517). */
  async set(): Promise<{ keys: Record<string, unknown>[] }> {
    await this.current();
    return {
      keys: this.#keys.map(({ kid, publicJwk }) => ({
        ...publicJwk,
        ...{ kid, use: "sig", alg: "RS512", status: "ACTIVE" },
      })),
    };
  }

  async current(): Promise<StoredKey> {
    const key = this.#keys.at(-1);
    if (key !== undefined) return key;
    this.#making ??= newKey().then((made) => {
      this.#record({ of: "ponto", did: "key_added", key: made });
      return made;
    });
    return this.#making;
  }

  /** The header of one webhook: a token over the digest of the exact text sent, a minute long. */
  async sign(body: string, of: { jti: string; at: number }): Promise<string> {
    const { kid, privateJwk } = await this.current();
    return signWith((await importJWK(privateJwk, "RS512")) as CryptoKey, { ...of, kid, body });
  }
}

export function signWith(
  key: CryptoKey,
  of: { kid: string; body: string; jti: string; at: number },
): Promise<string> {
  const digest = createHash("sha512").update(of.body, "utf8").digest("base64");
  const issuedAt = Math.floor(of.at / 1_000);
  return new SignJWT({ digest })
    .setProtectedHeader({ alg: "RS512", kid: of.kid })
    .setIssuer(issuer)
    .setAudience(pontoClient.applicationId)
    .setJti(of.jti)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(key);
}

async function newKey(): Promise<StoredKey> {
  const pair = await generateKeyPair("RS512", { extractable: true });
  return {
    kid: randomUUID(),
    privateJwk: { ...(await exportJWK(pair.privateKey)) },
    publicJwk: { ...(await exportJWK(pair.publicKey)) },
  };
}
