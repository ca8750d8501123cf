import type { TokenKey } from "../../config.ts";
import {
  type CredentialOwner,
  CredentialUnreadable,
  openCredential,
  sealCredential,
} from "./credentials.ts";

const version = "v1";

/**
 * A hosted flow's token as the database keeps it: `v1.<key id>.<nonce>.<tag>.<ciphertext>`, each in base64url. Whoever
 * held it in clear could finish the sign-in in the person's place.
 */
export function sealLinkToken(
  keys: readonly TokenKey[],
  owner: CredentialOwner,
  token: string,
): string {
  const { keyId, nonce, tag, ciphertext } = sealCredential(keys, owner, token, "link_token");
  const parts = [Buffer.from(keyId, "utf8"), nonce, tag, ciphertext];
  return [version, ...parts.map((part) => Buffer.from(part).toString("base64url"))].join(".");
}

/** @throws CredentialUnreadable */
export function openLinkToken(
  keys: readonly TokenKey[],
  owner: CredentialOwner,
  sealed: string,
): string {
  const [form, ...texts] = sealed.split(".");
  const [keyId, nonce, tag, ciphertext] = texts.map((text) => Buffer.from(text, "base64url"));
  if (form !== version || !keyId || !nonce || !tag || !ciphertext) {
    throw new CredentialUnreadable("MALFORMED", "unknown");
  }
  const parts = { keyId: keyId.toString("utf8"), nonce, tag, ciphertext };
  return openCredential(keys, owner, parts, "link_token");
}
