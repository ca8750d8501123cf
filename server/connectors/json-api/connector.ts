/**
 * The example: a bank without an aggregator that gives its customer a token for an HTTP JSON API. Copy the folder,
 * change what your bank does otherwise, and run the contract suite on it.
 */
import {
  type ConsentRequest,
  type Credential,
  defineConnector,
  type PageRequest,
  type Provider,
  type ProviderConnection,
  ProviderFailure,
  type ProviderPage,
  type RefreshOutcome,
  type StartedConsent,
} from "@tieout/connector-kit";
import { type BankApi, createBankApi } from "./bank-api.ts";
import { failureOf } from "./failures.ts";
import { asArray, asObject, moment, text, toAccounts, toChange } from "./translate.ts";
import { translateWebhook, verifyWebhook } from "./webhook.ts";

const rowsPerPage = 500;

export default defineConnector({
  name: "json-api",
  settings: [
    { name: "URL", description: "where the bank's API is, such as https://api.bank.example" },
    { name: "TOKEN", description: "the access token that the bank gave you" },
    { name: "WEBHOOK_SECRET", description: "what the bank signs its webhooks with" },
    { name: "ORGANISATION", description: "the id of the one organisation whose bank this is" },
    { name: "LABEL", description: "the bank's name on the screen", optional: true },
  ],
  create({ settings, fetch }): Provider {
    const { URL: url = "", TOKEN: token = "", WEBHOOK_SECRET: secret = "" } = settings;
    const { ORGANISATION: organisation = "", LABEL: label = "JSON bank" } = settings;
    const api = createBankApi(url, fetch);
    const bank = { id: "bank", name: label, colour: null, countries: ["GB"] };
    return {
      description: {
        name: "json-api",
        label,
        countries: bank.countries,
        connectionMethod:
          "The access was set up by whoever runs Tieout: there is nothing to sign in to.",
        supportsWebhooks: true,
        kind: "connector",
        supportsRefresh: true,
        historyDaysMax: 365,
        syncEveryHours: 4,
        requestsPerSecondMax: 5,
        isSandbox: false,
      },
      searchInstitutions: async (search, countMax) =>
        label.toLowerCase().includes(search.trim().toLowerCase()) ? [bank].slice(0, countMax) : [],
      findInstitution: async (id) => (id === bank.id ? bank : null),
      startConsent: async (request) => {
        refuseOthers(request, organisation);
        return openAccess(api, token, request);
      },
      // Nobody is sent anywhere, so nobody comes back.
      completeConsent: async () => ({ kind: "unfinished" }),
      fetchConnection: async (credential) => fetchConnection(api, accessOf(credential)),
      fetchAccounts: async (credential) =>
        toAccounts(
          asArray(asObject(await api.get("/v1/accounts", accessOf(credential).token)).accounts),
        ),
      fetchPage: async (credential, request) => fetchPage(api, accessOf(credential), request),
      refresh: async (credential) => refresh(api, accessOf(credential)),
      revoke: async (credential) => closeAccess(api, token, accessOf(credential)),
      verifyWebhook: async (delivery) => verifyWebhook(delivery, secret),
      translateWebhook,
    };
  },
});

/** What a connection holds at the bank: an access of its own, made with the operator's token. */
interface Access {
  readonly id: string;
  readonly token: string;
}

/** One token, one organisation: others on the same installation must not be shown this bank's books. */
function refuseOthers({ userReference }: ConsentRequest, organisation: string): void {
  if (userReference.toLowerCase() === organisation.toLowerCase()) return;
  throw new ProviderFailure({
    kind: "final",
    message: "This bank is set up for another organisation.",
    detail: "userReference is not the configured organisation",
  });
}

async function openAccess(
  api: BankApi,
  token: string,
  request: ConsentRequest,
): Promise<StartedConsent> {
  const { connectionReference: reference, webhookUrl: webhook_url, daysOfHistory: days } = request;
  const opened = asObject(await api.post("/v1/access", token, { reference, webhook_url, days }));
  const [id, own] = [text(opened.access), text(opened.token)];
  if (id === null || own === null) {
    const message = "The bank did not open an access.";
    throw new ProviderFailure({ kind: "temporary", message, detail: "no access in the answer" });
  }
  const access: Access = { id, token: own };
  return { kind: "granted", credential: JSON.stringify(access), externalId: id };
}

function accessOf({ secret }: Credential): Access {
  const { id, token } = asObject(JSON.parse(secret));
  return { id: text(id) ?? "", token: text(token) ?? "" };
}

async function closeAccess(api: BankApi, token: string, { id }: Access): Promise<void> {
  try {
    await api.delete(`/v1/access/${encodeURIComponent(id)}`, token);
  } catch (error) {
    const gone = error instanceof ProviderFailure && error.wire?.code === "no_such_access";
    if (!gone) throw error;
  }
}

async function fetchConnection(api: BankApi, { id, token }: Access): Promise<ProviderConnection> {
  const status = asObject(await api.get("/v1/status", token));
  const state = text(status.state) ?? "unknown";
  return {
    externalId: id,
    institutionId: "bank",
    consentExpiresAt: moment(status.access_until),
    successfullyAggregatedAt: moment(status.refreshed_at),
    failure: state === "ok" ? null : failureOf(state),
  };
}

/** The bank keeps a numbered list of changes: the cursor is the last number read. */
async function fetchPage(
  api: BankApi,
  { token }: Access,
  { cursor }: PageRequest,
): Promise<ProviderPage> {
  const query = new URLSearchParams({ after: cursor ?? "0", limit: String(rowsPerPage) });
  const answer = asObject(await api.get(`/v1/changes?${query}`, token));
  const changes = asArray(answer.changes).map(toChange);
  const last = text(answer.last) ?? cursor ?? "0";
  return {
    kind: "page",
    added: changes.flatMap((change) => (change.kind === "put" ? [change.row] : [])),
    modified: [],
    removed: changes.flatMap((change) => (change.kind === "deleted" ? [change.removed] : [])),
    whole: [],
    problems: changes.flatMap((change) => (change.kind === "unreadable" ? [change.problem] : [])),
    next: last,
    // A page that leads nowhere must not be read for ever.
    hasMore: answer.more === true && last !== cursor,
    settled: true,
  };
}

async function refresh(api: BankApi, { token }: Access): Promise<RefreshOutcome> {
  const possibleAt = moment(asObject(await api.post("/v1/refresh", token)).possible_at);
  return possibleAt === null ? { kind: "requested" } : { kind: "too_soon", possibleAt };
}
