import { type CountryCode, type LinkTokenGetSessionsResponse, Products } from "plaid";
import { plaidCountriesDefault } from "../../config/plaid-countries.ts";
import type { PlaidConfig } from "../../config.ts";
import { wireMoment } from "../../core/wire-values.ts";
import {
  type ConsentFlow,
  type ConsentOutcome,
  type ConsentRequest,
  type Provider,
  type ProviderAccounts,
  type ProviderConnection,
  ProviderFailure,
  type ProviderInstitution,
  type ProviderPage,
  type RefreshOutcome,
  type StartedConsent,
} from "../provider.ts";
import { PlaidClient } from "./client.ts";
import { asErrorBody, reasonOf, unreadableAnswer } from "./failures.ts";
import { toAccounts, toInstitution, toRemoved, toTransaction } from "./translate.ts";
import { translateWebhook, verifyWebhook } from "./webhook.ts";
import { WebhookKeys } from "./webhook-keys.ts";

const rowsPerPage = 500;
/** What a link token lasts where the answer does not say. */
const linkMsDefault = 30 * 60_000;

/** @param options `timeoutMs`: how long an answer is waited for */
export function createPlaidProvider(
  config: PlaidConfig,
  options: { timeoutMs?: number } = {},
): Provider {
  const client = new PlaidClient(config, options.timeoutMs);
  // Checked where the settings are read.
  const countries = [...(config.countries ?? plaidCountriesDefault)] as CountryCode[];
  const keys = new WebhookKeys((kid) => fetchWebhookKey(client, kid));
  return {
    description: {
      name: "plaid",
      label: "Plaid",
      countries,
      connectionMethod: "You sign in at your bank on a page of Plaid's.",
      supportsWebhooks: true,
      kind: "aggregator",
      supportsRefresh: true,
      historyDaysMax: 730,
      syncEveryHours: 6,
      // 2,500 a minute for the whole installation is what /transactions/sync takes.
      requestsPerSecondMax: 40,
      isSandbox: config.environment === "simulated",
    },
    searchInstitutions: (search, countMax) =>
      searchInstitutions(client, countries, search, countMax),
    findInstitution: (id) => findInstitution(client, countries, id),
    startConsent: (request) => startConsent(client, countries, request),
    completeConsent: (flow) => completeConsent(client, flow),
    fetchConnection: ({ secret }) => fetchConnection(client, secret),
    fetchAccounts: ({ secret }) => fetchAccounts(client, secret),
    fetchPage: ({ secret }, { cursor }) => fetchPage(client, secret, cursor),
    refresh: ({ secret }) => refresh(client, secret),
    revoke: ({ secret }) => revoke(client, secret),
    verifyWebhook: (delivery) => verifyWebhook(delivery, keys),
    translateWebhook,
  };
}

async function searchInstitutions(
  client: PlaidClient,
  countries: CountryCode[],
  search: string,
  countMax: number,
): Promise<ProviderInstitution[]> {
  const options = { include_optional_metadata: true };
  const products = [Products.Transactions];
  const { institutions } =
    search.trim() === ""
      ? await client.call((api) =>
          api.institutionsGet({
            count: countMax,
            offset: 0,
            country_codes: countries,
            options: { ...options, products },
          }),
        )
      : await client.call((api) =>
          api.institutionsSearch({ query: search, products, country_codes: countries, options }),
        );
  return institutions.slice(0, countMax).map(toInstitution);
}

async function findInstitution(
  client: PlaidClient,
  countries: CountryCode[],
  id: string,
): Promise<ProviderInstitution | null> {
  try {
    const { institution } = await client.call((api) =>
      api.institutionsGetById({
        institution_id: id,
        country_codes: countries,
        options: { include_optional_metadata: true },
      }),
    );
    return toInstitution(institution);
  } catch (error) {
    if (error instanceof ProviderFailure && error.wire?.code === "INVALID_INSTITUTION") return null;
    throw error;
  }
}

async function startConsent(
  client: PlaidClient,
  countries: CountryCode[],
  request: ConsentRequest,
): Promise<StartedConsent> {
  // Update mode is asked for by the token of the consent, and leaves the products out.
  const purpose =
    request.repair === null
      ? {
          products: [Products.Transactions],
          transactions: { days_requested: request.daysOfHistory },
          ...(request.institutionId && { institution_id: request.institutionId }),
        }
      : { access_token: request.repair.secret, update: { account_selection_enabled: true } };
  const answer = await client.call((api) =>
    api.linkTokenCreate({
      client_name: "Tieout",
      language: "en",
      country_codes: countries,
      user: { client_user_id: request.userReference },
      webhook: request.webhookUrl,
      hosted_link: { completion_redirect_uri: returnAddress(request) },
      ...purpose,
    }),
  );
  const hostedUrl = answer.hosted_link_url;
  if (!hostedUrl || !["http:", "https:"].includes(new URL(hostedUrl).protocol)) {
    const message = "The provider offers no sign-in page.";
    throw new ProviderFailure({ kind: "temporary", message, detail: "no hosted_link_url" });
  }
  return {
    kind: "hosted",
    linkToken: answer.link_token,
    hostedUrl,
    expiresAt: wireMoment(answer.expiration) ?? new Date(Date.now() + linkMsDefault),
  };
}

/** Hosted Link is told where to come back for each flow anew, so the state can be a part of it. */
function returnAddress({ returnUrl, state }: ConsentRequest): string {
  return `${returnUrl}?${new URLSearchParams({ state })}`;
}

async function completeConsent(client: PlaidClient, flow: ConsentFlow): Promise<ConsentOutcome> {
  const { linkToken, repair } = flow;
  const repairs = repair !== null;
  const answer = await client.call((api) => api.linkTokenGet({ link_token: linkToken }));
  const sessions = answer.link_sessions ?? [];
  const finished = sessions.filter((session) => session.finished_at);
  if (repairs && finished.some((session) => !exited(session))) {
    return { kind: "repaired", credential: null };
  }
  const publicToken = sessions.map(publicTokenOf).find((token) => token !== null);
  if (!repairs && publicToken) {
    const exchanged = await client.call((api) =>
      api.itemPublicTokenExchange({ public_token: publicToken }),
    );
    const { access_token: credential, item_id: externalId } = exchanged;
    return { kind: "completed", credential, externalId };
  }
  const givenUp = sessions.length > 0 && sessions.every(exited);
  return { kind: givenUp ? "cancelled" : "unfinished" };
}

/** Accounts that bring their own field for it come first; `on_success` is what older set-ups send. */
function publicTokenOf(session: LinkTokenGetSessionsResponse): string | null {
  const [added] = session.results?.item_add_results ?? [];
  return added?.public_token || session.on_success?.public_token || null;
}

function exited(session: LinkTokenGetSessionsResponse): boolean {
  return Boolean(session.exit ?? session.on_exit);
}

async function fetchConnection(
  client: PlaidClient,
  credential: string,
): Promise<ProviderConnection> {
  const { item, status } = await client.call((api) => api.itemGet({ access_token: credential }));
  return {
    externalId: item.item_id,
    institutionId: item.institution_id ?? null,
    consentExpiresAt: wireMoment(item.consent_expiration_time),
    successfullyAggregatedAt: wireMoment(status?.transactions?.last_successful_update),
    failure: item.error ? reasonOf(asErrorBody(item.error), null) : null,
  };
}

async function fetchAccounts(client: PlaidClient, credential: string): Promise<ProviderAccounts> {
  const { accounts } = await client.call((api) => api.accountsGet({ access_token: credential }));
  if (!Array.isArray(accounts)) throw unreadableAnswer();
  return toAccounts(accounts);
}

async function fetchPage(
  client: PlaidClient,
  credential: string,
  cursor: string | null,
): Promise<ProviderPage> {
  const request = { access_token: credential, count: rowsPerPage, ...(cursor && { cursor }) };
  try {
    const answer = await client.call((api) =>
      api.transactionsSync({ ...request, options: { include_original_description: true } }),
    );
    if (![answer.added, answer.modified, answer.removed].every(Array.isArray)) {
      throw unreadableAnswer();
    }
    // An empty cursor is no place in the feed: Plaid has not begun to fill it.
    if (!answer.next_cursor) return { kind: "not_ready" };
    const added = answer.added.map(toTransaction);
    const modified = answer.modified.map(toTransaction);
    const removed = answer.removed.map(toRemoved);
    return {
      kind: "page",
      added: added.flatMap((row) => (row.ok ? [row.value] : [])),
      modified: modified.flatMap((row) => (row.ok ? [row.value] : [])),
      removed: removed.filter((row) => row !== null),
      whole: [],
      problems: [...added, ...modified].flatMap((row) => (row.ok ? [] : [row.problem])),
      next: answer.next_cursor,
      hasMore: answer.has_more,
      settled: !unsettled.has(String(answer.transactions_update_status)),
    };
  } catch (error) {
    if (error instanceof ProviderFailure && error.wire?.code === mutationCode) {
      return { kind: "restart" };
    }
    throw error;
  }
}

const unsettled = new Set(["NOT_READY", "INITIAL_UPDATE_COMPLETE"]);
const mutationCode = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION";

/** Plaid answers at once and tells by webhook when there is something new. */
async function refresh(client: PlaidClient, credential: string): Promise<RefreshOutcome> {
  await client.call((api) => api.transactionsRefresh({ access_token: credential }));
  return { kind: "requested" };
}

async function revoke(client: PlaidClient, credential: string): Promise<void> {
  try {
    await client.call((api) => api.itemRemove({ access_token: credential }));
  } catch (error) {
    const gone = error instanceof ProviderFailure && goneCodes.has(error.wire?.code ?? "");
    if (!gone) throw error;
  }
}

const goneCodes = new Set(["ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN"]);

async function fetchWebhookKey(client: PlaidClient, kid: string) {
  try {
    const { key } = await client.call((api) => api.webhookVerificationKeyGet({ key_id: kid }));
    const { kty, crv, x, y } = key;
    return { jwk: { kty, crv, x, y }, expired: Boolean(key.expired_at) };
  } catch (error) {
    // Plaid refuses an id that it never gave. Anything else leaves the question open.
    const wire = error instanceof ProviderFailure ? error.wire : null;
    if (wire?.httpStatus === 400 && wire.code !== "INVALID_API_KEYS") return null;
    throw error;
  }
}
