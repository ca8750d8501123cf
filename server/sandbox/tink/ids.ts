import { createHash, randomBytes } from "node:crypto";

/** A random id of Tink's look: 32 hexadecimal digits. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** Ids of accounts under one sign-in: linking again gives others. */
export function accountId(credentialsId: string, path: string): string {
  return digest(`${credentialsId}:account:${path}`);
}

export function transactionId(credentialsId: string, index: number): string {
  return digest(`${credentialsId}:transaction:${index}`);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
