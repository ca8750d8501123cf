import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newId } from "../../../server/src/db/ids.ts";
import {
  CredentialUnreadable,
  isSealedWithOldKey,
  openCredential,
  type SealedCredential,
  sealCredential,
} from "../../../server/src/features/connections/credentials.ts";

const key = (id: string) => ({ id, key: randomBytes(32) });
const keys = [key("new"), key("old")];
const owner = { organisationId: newId(), connectionId: newId() };
const secret = "access-sandbox-1f0c";

function codeOf(work: () => unknown): string {
  try {
    work();
    return "opened";
  } catch (error) {
    return error instanceof CredentialUnreadable ? error.code : String(error);
  }
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

describe("a sealed credential", () => {
  const sealed = sealCredential(keys, owner, secret);

  test("opens for its own row", () => {
    expect(openCredential(keys, owner, sealed)).toBe(secret);
  });

  test("has a nonce of 12 bytes of its own each time, and a tag of 16", () => {
    const again = sealCredential(keys, owner, secret);
    expect(sealed.nonce).toHaveLength(12);
    expect(sealed.tag).toHaveLength(16);
    expect(again.nonce).not.toEqual(sealed.nonce);
    expect(again.ciphertext).not.toEqual(sealed.ciphertext);
  });

  test("does not show the secret", () => {
    expect(Buffer.from(sealed.ciphertext).includes(secret)).toBe(false);
  });

  test.each<[string, SealedCredential]>([
    ["ciphertext", { ...sealed, ciphertext: flipped(sealed.ciphertext) }],
    ["nonce", { ...sealed, nonce: flipped(sealed.nonce) }],
    ["tag", { ...sealed, tag: flipped(sealed.tag) }],
  ])("does not open with another %s", (_what, tampered) => {
    expect(codeOf(() => openCredential(keys, owner, tampered))).toBe("NOT_AUTHENTIC");
  });

  test.each([0, 4, 8, 12, 15, 17])("does not open with a tag of %i bytes", (length) => {
    const tag = Buffer.concat([sealed.tag, sealed.tag]).subarray(0, length);
    expect(codeOf(() => openCredential(keys, owner, { ...sealed, tag }))).toBe("MALFORMED");
  });

  test("does not open in another row or another organisation", () => {
    const elsewhere = { ...owner, connectionId: newId() };
    const stranger = { ...owner, organisationId: newId() };
    expect(codeOf(() => openCredential(keys, elsewhere, sealed))).toBe("NOT_AUTHENTIC");
    expect(codeOf(() => openCredential(keys, stranger, sealed))).toBe("NOT_AUTHENTIC");
  });

  test("opens with an older key of the ring, and says that it is old", () => {
    const old = sealCredential(keys.slice(1), owner, secret);
    expect(openCredential(keys, owner, old)).toBe(secret);
    expect(isSealedWithOldKey(keys, old)).toBe(true);
    expect(isSealedWithOldKey(keys, sealed)).toBe(false);
  });

  test("does not open once its key has left the ring", () => {
    const ring = [key("other")];
    expect(codeOf(() => openCredential(ring, owner, sealed))).toBe("UNKNOWN_KEY");
  });
});
