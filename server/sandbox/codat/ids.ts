import { createHash, randomUUID } from "node:crypto";
import type { Family } from "./packages.ts";

export function newId(): string {
  return randomUUID();
}

/** A record's id as its package makes them; one text has one id. */
export function recordId(family: Family, text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  switch (family) {
    case "quickbooks":
      return String(Number.parseInt(hex.slice(0, 11), 16));
    case "sage":
      return hex.slice(0, 32);
    case "xero":
    case "sandbox":
      return asUuid(hex);
  }
}

/** A UUID from hexadecimal digits, marked as of version 4. */
function asUuid(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
