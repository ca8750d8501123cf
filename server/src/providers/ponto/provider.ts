import type { PontoConfig } from "../../config/ponto.ts";
import { addAll } from "../../core/lists.ts";
import { type Provider, ProviderFailure, type ProviderInstitution } from "../provider.ts";
import { followed, rowsPerPage } from "./accounts.ts";
import { PontoClient } from "./client.ts";
import { completeConsent, startConsent } from "./consent.ts";
import { unanswered } from "./failures.ts";
import { fetchAccounts, fetchConnection, refresh, revoke } from "./integration.ts";
import { type Resource, readList, readResource } from "./json-api.ts";
import { fetchPage } from "./pages.ts";
import { withAccess } from "./tokens.ts";
import { toInstitution } from "./translate.ts";
import { historyDaysMax, translateWebhook, verifyWebhook } from "./webhook.ts";
import { WebhookKeys } from "./webhook-keys.ts";

const countries = ["BE", "NL", "FR", "DE", "LU", "ES", "IT", "GB", "IE"];
const sandboxCountries = ["GB", "IE", "DE", "US"];

/** @param options.timeoutMs after which an answer is not waited for any longer */
export function createPontoProvider(
  config: PontoConfig,
  options: { timeoutMs?: number } = {},
): Provider {
  const client = new PontoClient(config, options);
  const keys = new WebhookKeys(() => client.get("/webhooks/keys", null));
  const isSandbox = config.environment === "simulated";
  return {
    description: {
      name: "ponto",
      label: "Ponto",
      countries: isSandbox ? sandboxCountries : countries,
      connectionMethod: "You give Ponto your consent, and sign in at your bank from there.",
      supportsWebhooks: true,
      kind: "aggregator",
      supportsRefresh: true,
      historyDaysMax,
      syncEveryHours: 6,
      requestsPerSecondMax: 10,
      isSandbox,
    },
    searchInstitutions: (search, countMax) => searchInstitutions(client, search, countMax),
    findInstitution: (id) => findInstitution(client, id),
    startConsent: (request) => startConsent(client, config, request),
    completeConsent: (flow) => completeConsent(client, flow),
    fetchConnection: (credential) => fetchConnection(client, credential),
    fetchAccounts: (credential) => fetchAccounts(client, credential),
    fetchPage: (credential, request) =>
      withAccess(client, credential, (token) => fetchPage(client, token, request)),
    refresh: (credential) => refresh(client, credential),
    revoke: (credential) => revoke(client, credential),
    verifyWebhook: (delivery) => verifyWebhook(delivery, keys, config.applicationId),
    translateWebhook,
  };
}

const institutionPagesMax = 20;

/** Ponto has no search by name that is documented: its list is short enough to be read. */
async function searchInstitutions(
  client: PontoClient,
  search: string,
  countMax: number,
): Promise<ProviderInstitution[]> {
  const wanted = search.trim().toLowerCase();
  const found = (await listInstitutions(client)).flatMap((row) => toInstitution(row) ?? []);
  const matching = found.filter(({ name }) => name.toLowerCase().includes(wanted));
  const begins = ({ name }: ProviderInstitution) => name.toLowerCase().startsWith(wanted);
  return [...matching.filter(begins), ...matching.filter((each) => !begins(each))].slice(
    0,
    countMax,
  );
}

async function listInstitutions(client: PontoClient): Promise<Resource[]> {
  const institutions: Resource[] = [];
  let path: string | null = `/ponto-connect/financial-institutions?page%5Blimit%5D=${rowsPerPage}`;
  for (let pages = 0; path !== null; pages += 1) {
    if (pages === institutionPagesMax) throw unanswered("the list of institutions has no end");
    const page = readList(await client.get(path, null));
    addAll(institutions, page.resources);
    path = page.next === null ? null : followed(client, page.next);
  }
  return institutions.filter(({ attributes }) => attributes.deprecated !== true);
}

async function findInstitution(
  client: PontoClient,
  id: string,
): Promise<ProviderInstitution | null> {
  try {
    const path = `/ponto-connect/financial-institutions/${encodeURIComponent(id)}`;
    return toInstitution(readResource(await client.get(path, null)));
  } catch (error) {
    if (error instanceof ProviderFailure && [400, 404].includes(error.wire?.httpStatus ?? 0)) {
      return null;
    }
    throw error;
  }
}
