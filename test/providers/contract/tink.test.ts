import type { WorldAccount } from "../../../server/sandbox/world/world.ts";
import { sandboxCredentials } from "../../../server/src/config.ts";
import { createTinkProvider } from "../../../server/src/providers/tink/provider.ts";
import { registerWebhook } from "../../../server/src/providers/tink/register-webhook.ts";
import { tinkAt } from "../../support/bank-providers.ts";
import { describeProviderContract } from "./contract-suite.ts";
import { startSandboxSubject } from "./sandbox-subject.ts";

/** Told once, when the address is registered. */
let webhookSecret = "";

describeProviderContract({
  name: "Tink",
  start: () =>
    startSandboxSubject("tink", {
      institutions: ["tidewell", "emberline", "cobaltridge"],
      institutionId: ({ key }) => `${key === "cobaltridge" ? "us" : "gb"}-${key}-ob`,
      account: (account) => ({ mask: maskOf(account), identifier: identifierOf(account) }),
      secrets: [sandboxCredentials.secret],
      prepare: async ({ url }, webhookUrl) => {
        webhookSecret = await registerWebhook(tinkAt(url, []), webhookUrl);
      },
      provider: ({ url }, options) => createTinkProvider(tinkAt(url, [webhookSecret]), options),
    }),
  abilities: {
    hostedSignIn: true,
    tellsCancelled: true,
    searchesInstitutions: true,
    tellsConsentEnd: true,
    changeFeed: { lacking: "Tink has no change feed: a window of days is read again" },
    restarts: true,
    findsOldEdits: {
      lacking:
        "what lies behind the window is read once a week, or from the day that a webhook says",
    },
    linksPending: { lacking: "a booked row of Tink's does not name the pending one" },
    renewsTokens: true,
    refreshes: true,
    refusesRefresh: { lacking: "Tink takes a refresh at any time, and silently leaves it" },
    webhooks: true,
  },
  errors: {
    "request.rate_limit_exceeded": "temporary",
    "request.invalid_page_token": "temporary",
    internal_error: "temporary",
    service_unavailable: "temporary",
    // A wrong setting must not end every connection.
    "oauth.invalid_token": "temporary",
    "oauth.insufficient_scope": "temporary",
    AUTHENTICATION_ERROR: "user_action_needed",
    SESSION_EXPIRED: "user_action_needed",
    PERMANENT_ERROR: "user_action_needed",
    AWAITING_SUPPLEMENTAL_INFORMATION: "user_action_needed",
    AWAITING_MOBILE_BANKID_AUTHENTICATION: "user_action_needed",
    AWAITING_THIRD_PARTY_APP_AUTHENTICATION: "user_action_needed",
    TEMPORARY_ERROR: "temporary",
    DELETED: "final",
    HIBERNATING: "temporary",
  },
  webhooks: {
    "refresh:finished": "transactions_available",
    "account-transactions:modified": "transactions_available",
    "account-booked-transactions:modified": "transactions_available",
    "account-transactions:deleted": "transactions_available",
    "account:created": "transactions_available",
    "account:updated": "transactions_available",
  },
  refusals: { forged: "forged", altered: "forged", late: "late", unsigned: "forged" },
});

function identifierOf({ kind, iban, mask }: WorldAccount): string | null {
  if (kind === "credit_card") return iban;
  return iban ?? `0000${mask}`;
}

function maskOf(account: WorldAccount): string {
  return account.kind === "credit_card" ? account.mask : (identifierOf(account) ?? "").slice(-4);
}
