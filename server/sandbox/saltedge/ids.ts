import { createHash, randomInt } from "node:crypto";

/** An id of the aggregator's look: eighteen digits, in a string. */
export function newId(): string {
  return String(randomInt(100_000_000, 1_000_000_000)) + String(randomInt(0, 1e9)).padStart(9, "0");
}

/** The id of an account under one connection: connecting again gives another. */
export function accountId(connectionId: string, path: string): string {
  const hash = createHash("sha256").update(`${connectionId}:account:${path}`).digest();
  return digits(hash.readUInt32BE(0)) + String(hash.readUInt32BE(4) % 1e9).padStart(9, "0");
}

/** What the ids of a connection's transactions are counted up from. */
export function transactionIdBase(connectionId: string): bigint {
  const hash = createHash("sha256").update(`${connectionId}:transactions`).digest();
  return BigInt(digits(hash.readUInt32BE(0))) * 1_000_000_000n;
}

/** Nine digits, the first of them no zero. */
function digits(value: number): string {
  return String(100_000_000 + (value % 900_000_000));
}
