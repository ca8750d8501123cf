import type { TinkConfig } from "../../config/tink.ts";
import type { Credential, Provider, RefreshOutcome } from "../provider.ts";
import { TinkClient } from "./client.ts";
import { completeConsent } from "./complete-consent.ts";
import { fetchConnection } from "./consents.ts";
import { readHeld, UserAccess } from "./held.ts";
import { TinkInstitutions } from "./institutions.ts";
import { fetchPage, readAccounts } from "./pages.ts";
import type { TinkParts } from "./parts.ts";
import { revoke } from "./revoke.ts";
import { startConsent } from "./start-consent.ts";
import { TinkTokens } from "./tokens.ts";
import { translateWebhook, verifyWebhook } from "./webhook.ts";

/** @param options how long an answer is waited for, where the client's own limit does not suit */
export function createTinkProvider(
  config: TinkConfig,
  options: { readonly timeoutMs?: number } = {},
): Provider {
  const client = new TinkClient(config, options.timeoutMs);
  const tokens = new TinkTokens(config, client);
  const access = new UserAccess(tokens);
  const institutions = new TinkInstitutions(config.markets, client, tokens);
  const parts: TinkParts = { config, client, tokens, access, institutions };
  return {
    description: {
      name: "tink",
      label: "Tink",
      countries: config.markets,
      connectionMethod: "You sign in at your bank through Tink Link.",
      supportsWebhooks: true,
      kind: "aggregator",
      supportsRefresh: true,
      historyDaysMax: 730,
      syncEveryHours: 6,
      requestsPerSecondMax: 20,
      isSandbox: config.environment === "simulated",
    },
    searchInstitutions: (search, countMax) => institutions.search(search, countMax),
    findInstitution: (id) => institutions.find(id),
    startConsent: (request) => startConsent(parts, request),
    completeConsent: (flow) => completeConsent(parts, flow),
    fetchConnection: (credential) =>
      access.run(credential, (held) => fetchConnection(client, held, new Date())),
    fetchAccounts: (credential) => access.run(credential, (held) => readAccounts(client, held)),
    fetchPage: (credential, request) => fetchPage(client, access, credential, request),
    refresh: (credential) => refresh(parts, credential),
    revoke: ({ secret }) => revoke(parts, readHeld(secret)),
    verifyWebhook: async (delivery) => verifyWebhook(delivery, config.webhookSecrets),
    translateWebhook,
  };
}

/** Taken in any case, even where the bank has had enough for today: then nothing follows, and the schedule goes on. */
async function refresh(
  { client, access }: TinkParts,
  credential: Credential,
): Promise<RefreshOutcome> {
  await access.run(credential, ({ accessToken: token, credentialsId }) =>
    client.call({
      method: "POST",
      path: `/api/v1/credentials/${encodeURIComponent(credentialsId)}/refresh`,
      token,
    }),
  );
  return { kind: "requested" };
}
