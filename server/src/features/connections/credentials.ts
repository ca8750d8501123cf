import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { TokenKey } from "../../config.ts";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
/** GCM takes shorter tags too, and each byte less makes a forgery 256 times easier. */
const tagBytes = 16;

/** A provider's token as the database keeps it. */
export interface SealedCredential {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** The row that a secret belongs to. Part of what is authenticated: moved to another row, it opens no more. */
export interface CredentialOwner {
  readonly organisationId: string;
  readonly connectionId: string;
}

/** What the secret is. Part of what is authenticated too: a link token never opens as a credential. */
export type SecretPurpose = "bank_connection" | "link_token" | "accounting_connection";

/** A credential that does not open. Says which key it asked for, and nothing of its content. */
export class CredentialUnreadable extends Error {
  override readonly name = "CredentialUnreadable";
  readonly code: "UNKNOWN_KEY" | "MALFORMED" | "NOT_AUTHENTIC";
  readonly keyId: string;

  constructor(code: CredentialUnreadable["code"], keyId: string) {
    super(`A stored credential cannot be opened (${code}, key ${keyId}).`);
    this.code = code;
    this.keyId = keyId;
  }
}

/** Encrypts with the first key of the ring. */
export function sealCredential(
  keys: readonly TokenKey[],
  owner: CredentialOwner,
  credential: string,
  purpose: SecretPurpose = "bank_connection",
): SealedCredential {
  const [first] = keys;
  if (first === undefined) throw new TypeError("a server has at least one token key");
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, first.key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(identityOf(owner, purpose));
  const ciphertext = Buffer.concat([cipher.update(credential, "utf8"), cipher.final()]);
  return { keyId: first.id, nonce, ciphertext, tag: cipher.getAuthTag() };
}

/**
 * Decrypts with whichever key of the ring it names.
 * @throws CredentialUnreadable
 */
export function openCredential(
  keys: readonly TokenKey[],
  owner: CredentialOwner,
  sealed: SealedCredential,
  purpose: SecretPurpose = "bank_connection",
): string {
  const { keyId, nonce, ciphertext, tag } = sealed;
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new CredentialUnreadable("UNKNOWN_KEY", keyId);
  if (nonce.length !== nonceBytes || tag.length !== tagBytes) {
    throw new CredentialUnreadable("MALFORMED", keyId);
  }
  const decipher = createDecipheriv(algorithm, key.key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(identityOf(owner, purpose));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch {
    throw new CredentialUnreadable("NOT_AUTHENTIC", keyId);
  }
}

/** Whether the key ring has moved on since this was sealed. */
export function isSealedWithOldKey(keys: readonly TokenKey[], sealed: SealedCredential): boolean {
  return keys[0]?.id !== sealed.keyId;
}

function identityOf(
  { organisationId, connectionId }: CredentialOwner,
  purpose: SecretPurpose,
): Buffer {
  return Buffer.from(`${purpose}:${connectionId}:${organisationId}`, "utf8");
}
