import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, as text that a cookie and a URL can carry. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What is stored of a secret. A plain SHA-256 will do: the secret is random and long, so there is nothing to
 * guess, and the lookup is by the hash itself.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
