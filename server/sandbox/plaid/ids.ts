import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mix } from "../world/bulk.ts";

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** A random id of the aggregator's look: 37 characters, in which case matters. */
export function newId(): string {
  return spell(randomBytes(37), 37);
}

export function newToken(kind: "access" | "public" | "link"): string {
  return `${kind}-sandbox-${randomUUID()}`;
}

export function newRequestId(): string {
  return spell(randomBytes(15), 15);
}

/** Ids of accounts under one item: linking again gives others. */
export function accountIds(itemId: string): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    const id =
      known.get(path) ??
      spell(createHash("sha512").update(`${itemId}:account:${path}`).digest(), 37);
    known.set(path, id);
    return id;
  };
}

/** Ids of rows under one item. Cheap, because a page has 500: a hashed prefix and the scrambled index. */
export function transactionIds(itemId: string): (index: number) => string {
  const hash = createHash("sha512").update(`${itemId}:transaction`).digest();
  const prefix = spell(hash, 25);
  const salt = hash.readInt32LE(56);
  return (index) => prefix + spellNumber(mix(index ^ salt)) + spellNumber(mix(index + salt));
}

function spell(bytes: Uint8Array, length: number): string {
  let out = "";
  for (let i = 0; i < length; i++) out += alphabet[(bytes[i % bytes.length] as number) % 58];
  return out;
}

/** 32 bits in six characters. */
function spellNumber(value: number): string {
  let [rest, out] = [value, ""];
  for (let i = 0; i < 6; i++) {
    out += alphabet[rest % 58];
    rest = Math.floor(rest / 58);
  }
  return out;
}
