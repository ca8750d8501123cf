import type { SaltEdgeConfig } from "../../config/saltedge.ts";
import { wireMoment, wireObject } from "../../core/wire-values.ts";
import {
  type Provider,
  type ProviderConnection,
  ProviderFailure,
  type ProviderFailureReason,
  type RefreshOutcome,
} from "../provider.ts";
import { SaltEdgeClient } from "./client.ts";
import { completeConsent, fetchConnectionRow, startConsent } from "./consent.ts";
import { reasonOf } from "./failures.ts";
import { Institutions } from "./institutions.ts";
import { fetchAll } from "./lists.ts";
import { fetchPage } from "./pages.ts";
import { toAccounts } from "./translate.ts";
import { translateWebhook, verifyWebhook } from "./webhook.ts";

/**
 * A credential is the connection's id: what opens it is the installation's own key.
 * @param options `timeoutMs`: how long an answer is waited for
 */
export function createSaltEdgeProvider(
  config: SaltEdgeConfig,
  options: { timeoutMs?: number } = {},
): Provider {
  const client = new SaltEdgeClient(config, options.timeoutMs);
  const isSandbox = config.environment === "simulated";
  const { countries } = config;
  const institutions = new Institutions(client, { countries, includeSandboxes: isSandbox });
  return {
    description: {
      name: "saltedge",
      label: "Salt Edge",
      countries,
      connectionMethod: "You sign in at your bank on a page of Salt Edge's.",
      supportsWebhooks: config.callbackKeys.size > 0,
      kind: "aggregator",
      supportsRefresh: true,
      historyDaysMax: 365,
      // A bank may be fetched from four times in 24 hours without the person.
      syncEveryHours: 6,
      requestsPerSecondMax: 10,
      isSandbox,
    },
    searchInstitutions: (search, countMax) => institutions.search(search, countMax),
    findInstitution: (id) => institutions.find(id),
    startConsent: (request) => startConsent(client, request, isSandbox),
    completeConsent: (flow) => completeConsent(client, flow),
    fetchConnection: ({ secret }) => fetchConnection(client, secret),
    fetchAccounts: async ({ secret }) =>
      toAccounts(await fetchAll(client, "/accounts", { connection_id: secret })),
    fetchPage: ({ secret }, request) => fetchPage(client, secret, request),
    refresh: ({ secret }) => refresh(client, secret),
    revoke: ({ secret }) => revoke(client, secret),
    verifyWebhook: (delivery) => verifyWebhook(delivery, config),
    translateWebhook,
  };
}

async function fetchConnection(
  client: SaltEdgeClient,
  connectionId: string,
): Promise<ProviderConnection> {
  const row = await fetchConnectionRow(client, connectionId);
  const consent = await fetchConsent(client, connectionId, row.consentId);
  return {
    externalId: row.connectionId,
    institutionId: row.institutionId,
    consentExpiresAt: consent.expiresAt,
    successfullyAggregatedAt: row.lastSuccessAt,
    failure: row.failure ?? consent.failure,
  };
}

interface Consent {
  readonly expiresAt: Date | null;
  readonly failure: ProviderFailureReason | null;
}

/** The last consent given, which may have ended before anybody tried to fetch with it. */
async function fetchConsent(
  client: SaltEdgeClient,
  connectionId: string,
  consentId: string | null,
): Promise<Consent> {
  if (consentId === null) return { expiresAt: null, failure: null };
  const rows = await fetchAll(client, "/consents", { connection_id: connectionId });
  const consent = wireObject(rows.find((row) => wireObject(row).id === consentId));
  const ended = endedConsents[String(consent.status)];
  return {
    expiresAt: wireMoment(consent.expires_at),
    failure: ended === undefined ? null : reasonOf(ended, null),
  };
}

const endedConsents: Readonly<Record<string, string>> = {
  expired: "ConsentExpired",
  revoked: "ConsentRevoked",
  denied: "ProviderAccessNotGranted",
};

/** What Salt Edge fetches is told by callback. */
async function refresh(client: SaltEdgeClient, connectionId: string): Promise<RefreshOutcome> {
  const path = `/connections/${encodeURIComponent(connectionId)}/refresh`;
  const data = { attempt: { fetch_scopes: ["accounts", "transactions"] } };
  try {
    await client.call({ method: "POST", path, data });
    return { kind: "requested" };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { code } = error.wire ?? { code: null };
    // A fetch is under way: it brings what this one would have.
    if (code === "ConnectionAlreadyProcessing") return { kind: "requested" };
    if (code !== "ConnectionCannotBeRefreshed") throw error;
    const at = error.retryAt ?? (await fetchConnectionRow(client, connectionId)).refreshPossibleAt;
    if (at === null) throw error;
    return { kind: "too_soon", possibleAt: at };
  }
}

async function revoke(client: SaltEdgeClient, connectionId: string): Promise<void> {
  try {
    const path = `/connections/${encodeURIComponent(connectionId)}`;
    await client.call({ method: "DELETE", path });
  } catch (error) {
    const gone = error instanceof ProviderFailure && error.wire?.code === "ConnectionNotFound";
    if (!gone) throw error;
  }
}
