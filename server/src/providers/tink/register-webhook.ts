import type { TinkConfig } from "../../config/tink.ts";
import { wireObject, wireText } from "../../core/wire-values.ts";
import { TinkClient } from "./client.ts";
import { unreadable } from "./failures.ts";
import { TinkTokens } from "./tokens.ts";

const enabledEvents = [
  "refresh:finished",
  "account-transactions:modified",
  "account-booked-transactions:modified",
  "account-transactions:deleted",
  "account:created",
  "account:updated",
];

/**
 * Has Tink send its webhooks to an address, once for an installation.
 * @returns the secret that signs them, which Tink tells at this moment only
 * @throws ProviderFailure
 */
export async function registerWebhook(config: TinkConfig, url: string): Promise<string> {
  const client = new TinkClient(config);
  const answer = await new TinkTokens(config, client).asClient("webhook-endpoints", (token) =>
    client.call({
      method: "POST",
      path: "/events/v2/webhook-endpoints",
      token,
      json: { description: "Tieout", disabled: false, enabledEvents, url },
    }),
  );
  const secret = wireText(wireObject(answer).secret);
  if (secret === null) throw unreadable("no webhook secret");
  return secret;
}
