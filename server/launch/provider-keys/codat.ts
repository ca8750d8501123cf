import { randomBytes } from "node:crypto";
import { demoCodatSecretPrefix } from "../../src/config/codat.ts";
import type { KeysOf, ProviderKeys } from "../provider-keys.ts";

/** What Codat's portal holds: where its pages lead back to, where its webhooks go, and the secret that signs them. */
export function codatKeys({ publicUrl, kept }: KeysOf): ProviderKeys {
  const secret = kept("codat-webhook-secret", () => {
    const bytes = Buffer.from(demoCodatSecretPrefix + randomBytes(24).toString("hex"));
    return `whsec_${bytes.toString("base64")}`;
  });
  return {
    server: { CODAT_WEBHOOK_SECRETS: secret },
    sandbox: {
      SANDBOX_CODAT_REDIRECT_URL: `${publicUrl}/finance/accounting/connect/return?${returnQuery}`,
      SANDBOX_CODAT_WEBHOOK_URL: `${publicUrl}/webhooks/codat`,
      SANDBOX_CODAT_WEBHOOK_SECRET: secret,
    },
  };
}

/** Codat fills in what is in braces. */
const returnQuery = "state={state}&statusCode={statusCode}&errorMessage={errorMessage}";
