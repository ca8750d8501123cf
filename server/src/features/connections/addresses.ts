import { randomBytes } from "node:crypto";
import type { Config } from "../../config.ts";

/** Where a provider's webhooks arrive, one path for each. */
export function webhookUrl(config: Pick<Config, "publicUrl">, provider: string): string {
  return `${config.publicUrl}/webhooks/${provider}`;
}

/** The screen that a person comes back to from the bank's page. */
export function returnUrl(config: Pick<Config, "publicUrl">): string {
  return `${config.publicUrl}/finance/banking/connect/return`;
}

/**
 * What the browser comes back with: it says which connection it is about, and cannot be guessed, so that nobody can
 * make a person take up somebody else's consent.
 */
export function newState(connectionId: string): string {
  return `${connectionId}.${randomBytes(16).toString("base64url")}`;
}
