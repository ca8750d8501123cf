import { saltEdgeSandboxCredentials } from "../../../server/src/config/saltedge.ts";
import { createSaltEdgeProvider } from "../../../server/src/providers/saltedge/provider.ts";
import { heldCredential } from "../../support/held-credential.ts";
import { saltEdgeTestConfig } from "../../support/saltedge-keys.ts";
import { describeProviderContract } from "./contract-suite.ts";
import { startSandboxSubject } from "./sandbox-subject.ts";

describeProviderContract({
  name: "Salt Edge",
  start: () =>
    startSandboxSubject("saltedge", {
      institutions: ["tidewell", "emberline", "cobaltridge"],
      // Here a bank belongs to one country.
      institutionId: ({ key }) => (key === "cobaltridge" ? `${key}_us` : `${key}_gb`),
      account: ({ mask, iban, kind }) => ({
        mask,
        identifier: iban ?? (kind === "credit_card" ? null : `2200${mask}`),
      }),
      secrets: [saltEdgeSandboxCredentials.secret, "-----BEGIN"],
      prepare: async (bank, webhookUrl) => {
        bank.running.sandbox.settings.saltedgeCallbackUrl = webhookUrl;
      },
      provider: (bank, options, webhookUrl) =>
        createSaltEdgeProvider(saltEdgeTestConfig(bank.url, webhookUrl), options),
      // A refresh is taken once an hour.
      refuseRefresh: async (bank, consent) => {
        await bank.providers.saltedge.refresh(heldCredential(consent));
        await bank.running.idle();
      },
    }),
  abilities: {
    hostedSignIn: true,
    tellsCancelled: true,
    searchesInstitutions: true,
    tellsConsentEnd: true,
    changeFeed: { lacking: "Salt Edge tells of no change: a window is read again" },
    restarts: { lacking: "rows only ever come behind those that were read" },
    findsOldEdits: { lacking: "rows from before the window are read when their day is told" },
    linksPending: { lacking: "posted rows name no pending one" },
    renewsTokens: { lacking: "calls are signed with the installation's key" },
    refreshes: true,
    refusesRefresh: true,
    webhooks: true,
  },
  errors: {
    InvalidCredentials: "user_action_needed",
    InvalidInteractiveCredentials: "user_action_needed",
    InteractiveTimeout: "user_action_needed",
    ProviderAccessNotGranted: "user_action_needed",
    AispConsentExpired: "user_action_needed",
    AispConsentRevoked: "user_action_needed",
    ConsentExpired: "user_action_needed",
    ConsentRevoked: "user_action_needed",
    ConnectionDisabled: "user_action_needed",
    CredentialsNotMatch: "user_action_needed",
    ConnectionNotFound: "final",
    ProviderError: "temporary",
    ProviderUnavailable: "temporary",
    ProviderInactive: "temporary",
    ConnectionFailed: "temporary",
    FetchingTimeout: "temporary",
    ExecutionTimeout: "temporary",
    RateLimitExceeded: "temporary",
    BackgroundFetchLimitExceeded: "temporary",
    ConnectionAlreadyProcessing: "temporary",
    InternalServerError: "temporary",
  },
  webhooks: {
    "success connect": "ignored",
    "success fetch_recent": "ignored",
    "success finish": "transactions_available",
    "fail InvalidCredentials": "failed",
    "fail AispConsentExpired": "failed",
    "fail AispConsentRevoked": "failed",
    "fail ProviderUnavailable": "failed",
    "notify fetch_recent": "ignored",
    destroy: "revoked",
  },
  refusals: {
    forged: "forged",
    // One signature covers both: a changed body and a stranger's key look the same.
    altered: "forged",
    late: { lacking: "nothing of the time is signed; deliveries are known again for ten minutes" },
    unsigned: "forged",
  },
});
