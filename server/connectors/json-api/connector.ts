/**
 * The example: a bank without an aggregator that offers its customers an HTTP JSON API with one access token. Copy the
 * folder, change what your bank does otherwise, and run the contract suite on it.
 */
import {
  type Credential,
  defineConnector,
  type PageRequest,
  type Provider,
  ProviderFailure,
  type ProviderPage,
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
    const api = createBankApi(url, token, fetch);
    return {
      description: {
        name: "json-api",
        label,
        countries: ["GB"],
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
        label.toLowerCase().includes(search.trim().toLowerCase()) && countMax > 0
          ? [{ id: "bank", name: label, colour: null, countries: ["GB"] }]
          : [],
      findInstitution: async (id) =>
        id === "bank" ? { id, name: label, colour: null, countries: ["GB"] } : null,
      startConsent: async ({ userReference }) => {
        refuseOthers(userReference, organisation);
        return { kind: "granted", credential: "configured", externalId: await customerId(api) };
      },
      completeConsent: async () => ({ kind: "unfinished" }),
      fetchConnection: async () => fetchConnection(api),
      fetchAccounts: async () =>
        toAccounts(asArray(asObject(await api.get("/v1/accounts")).accounts)),
      fetchPage: async (_credential: Credential, request) => fetchPage(api, request),
      refresh: async () => refresh(api),
      // The token is the operator's, not the connection's: there is nothing at the bank to end.
      revoke: async () => {},
      verifyWebhook: async (delivery) => verifyWebhook(delivery, secret),
      translateWebhook,
    };
  },
});

/** One token, one organisation: others on the same installation must not be shown this bank's books. */
function refuseOthers(given: string, organisation: string): void {
  if (given.toLowerCase() === organisation.toLowerCase()) return;
  throw new ProviderFailure({
    kind: "final",
    message: "This bank is set up for another organisation.",
    detail: "userReference is not the configured organisation",
  });
}

async function customerId(api: BankApi): Promise<string> {
  const id = text(asObject(await api.get("/v1/status")).customer);
  if (id !== null) return id;
  const message = "The bank does not say whose access this is.";
  throw new ProviderFailure({ kind: "temporary", message, detail: "no customer in /v1/status" });
}

async function fetchConnection(api: BankApi) {
  const status = asObject(await api.get("/v1/status"));
  const state = text(status.state) ?? "unknown";
  return {
    externalId: text(status.customer) ?? "",
    institutionId: "bank",
    consentExpiresAt: moment(status.access_until),
    successfullyAggregatedAt: moment(status.refreshed_at),
    failure: state === "ok" ? null : failureOf(state),
  };
}

/** The bank keeps a numbered list of changes: the cursor is the last number read. */
async function fetchPage(api: BankApi, request: PageRequest): Promise<ProviderPage> {
  const { cursor, daysOfHistory } = request;
  const query = new URLSearchParams({
    after: cursor ?? "0",
    limit: String(rowsPerPage),
    days: String(daysOfHistory),
  });
  const answer = asObject(await api.get(`/v1/changes?${query}`));
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

async function refresh(api: BankApi) {
  const answer = asObject(await api.post("/v1/refresh"));
  const possibleAt = moment(answer.possible_at);
  return possibleAt === null
    ? ({ kind: "requested" } as const)
    : ({ kind: "too_soon", possibleAt } as const);
}
