import { randomUUID } from "node:crypto";
import { institutionId } from "../../../server/sandbox/ponto/resources.ts";
import type { Sandbox } from "../../../server/sandbox/sandbox.ts";
import { pontoSandboxCredentials } from "../../../server/src/config/ponto.ts";
import { describeProviderContract } from "./contract-suite.ts";
import { startSandboxSubject } from "./sandbox-subject.ts";

describeProviderContract({
  name: "Ponto",
  start: () =>
    startSandboxSubject("ponto", {
      institutions: ["tidewell", "emberline", "cobaltridge"],
      institutionId: ({ key }) => institutionId(key),
      account: ({ iban, mask }) => {
        const identifier = iban ?? `0000${mask}`;
        return { identifier, mask: identifier.slice(-4) };
      },
      secrets: [pontoSandboxCredentials.clientSecret, "-----BEGIN"],
      prepare: async (bank, webhookUrl) => {
        bank.running.sandbox.settings.pontoWebhookUrl = webhookUrl;
      },
      // An account rests for half an hour after a synchronisation that was asked for.
      refuseRefresh: async (bank, consent) => {
        const sandbox: Sandbox = bank.running.sandbox;
        const { wires, world } = sandbox;
        const known = wires.flatMap((wire) => wire.consents());
        const paths = known.find(({ consentId }) => consentId === consent)?.paths ?? [];
        for (const path of paths) {
          const at = world.clock.now();
          const sync = { syncId: randomUUID(), subtype: "accountDetails", by: "client", at };
          const fact = { of: "ponto", did: "sync_requested", consentId: consent, path, sync };
          sandbox.record(fact);
        }
      },
    }),
  abilities: {
    hostedSignIn: true,
    tellsCancelled: true,
    searchesInstitutions: true,
    tellsConsentEnd: true,
    changeFeed: { lacking: "Ponto has no change feed: lists are read again" },
    restarts: true,
    findsOldEdits: true,
    linksPending: { lacking: "pending rows are a resource of their own, without a link" },
    renewsTokens: true,
    refreshes: true,
    refusesRefresh: true,
    webhooks: true,
  },
  errors: {
    authorizationInvalid: "user_action_needed",
    authorizationExpired: "user_action_needed",
    invalid_grant: "user_action_needed",
    // A token that is refused is renewed; one that is refused for ever may be a setting that points elsewhere.
    unauthorized: "temporary",
    forbidden: "temporary",
    resourceNotFound: "temporary",
    tooManyRequests: "temporary",
    internalServerError: "temporary",
    serviceUnavailable: "temporary",
    financialInstitutionUnavailable: "temporary",
    codeThatNobodyKnows: "temporary",
  },
  webhooks: {
    "synchronization.succeededWithoutChange": "ignored",
    "synchronization.failed": "failed",
    "account.detailsUpdated": "transactions_available",
    "account.transactionsCreated": "transactions_available",
    "account.transactionsUpdated": "transactions_available",
    "account.pendingTransactionsCreated": "transactions_available",
    "account.pendingTransactionsUpdated": "transactions_available",
    "account.reauthorized": "repaired",
    "integration.created": "ignored",
    "integration.revoked": "revoked",
    "integration.accountAdded": "transactions_available",
    "integration.accountRevoked": "transactions_available",
    "organization.blocked": "failed",
    "organization.unblocked": "transactions_available",
  },
  refusals: { forged: "forged", altered: "altered", late: "late", unsigned: "forged" },
});
