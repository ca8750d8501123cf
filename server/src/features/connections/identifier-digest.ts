import { createHash } from "node:crypto";

/** A shorter one is a mask, and many accounts have it. */
const charactersMin = 6;
/** An IBAN has at most 34. */
const charactersMax = 64;

/**
 * What an account is recognised by when its bank is linked anew: SHA-256 over the organisation's id and the IBAN or
 * account number, without spaces and punctuation and in capitals, as banks print the same number differently. The
 * organisation is part of it, so that two organisations' accounts cannot be compared. Null where the number is missing,
 * masked or none.
 */
export function digestIdentifier(
  organisationId: string,
  identifier: string | null,
): Uint8Array | null {
  const plain = identifier?.toUpperCase().replace(/[\s./-]/gu, "") ?? "";
  if (plain.length < charactersMin || plain.length > charactersMax) return null;
  // "XXXX1234" and "****1234" tell no more than the last digits.
  if (!/^[A-Z0-9]+$/u.test(plain) || /X{3}/u.test(plain)) return null;
  return createHash("sha256")
    .update(`tieout.account:${organisationId.toLowerCase()}:${plain}`, "utf8")
    .digest();
}
