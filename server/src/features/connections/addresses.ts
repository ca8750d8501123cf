import type { Config } from "../../config.ts";

/** Where a provider's webhooks arrive, one path for each. */
export function webhookUrl(config: Pick<Config, "publicUrl">, provider: string): string {
  return `${config.publicUrl}/webhooks/${provider}`;
}

/** The screen that a person comes back to from the bank's page. */
export function returnUrl(config: Pick<Config, "publicUrl">, connectionId: string): string {
  return `${config.publicUrl}/finance/banking/connect/return?connection=${connectionId}`;
}
