import { randomBytes } from "node:crypto";
import { demoWebhookSecretPrefix } from "../../src/config/tink.ts";
import type { KeysOf, ProviderKeys } from "../provider-keys.ts";

/** The secret of Tink's webhooks, which the real one tells when an address is registered. */
export function tinkKeys({ publicUrl, kept }: KeysOf): ProviderKeys {
  const secret = kept(
    "tink-webhook-secret",
    () => `${demoWebhookSecretPrefix}${randomBytes(32).toString("hex")}`,
  );
  return {
    server: { TINK_WEBHOOK_SECRETS: secret },
    sandbox: {
      SANDBOX_TINK_WEBHOOK_URL: `${publicUrl}/webhooks/tink`,
      SANDBOX_TINK_WEBHOOK_SECRET: secret,
    },
  };
}
