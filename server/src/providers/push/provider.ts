import type { Provider, ProviderInstitution } from "../provider.ts";

/**
 * The provider of connections that are fed from outside: a bank's own system, or a middleware, posts its batches with
 * an API key. Nothing is ever asked of anybody, so there is nobody to fail: a connection is granted at once, and its
 * accounts are the ones that batches name.
 */
export function createPushProvider(): Provider {
  return {
    description: {
      name: "push",
      label: "Pushed by your bank or middleware",
      countries: [],
      connectionMethod: "A program at your side posts the transactions here, with an API key.",
      supportsWebhooks: false,
      kind: "push",
      supportsRefresh: false,
      historyDaysMax: 3_650,
      syncEveryHours: 24,
      requestsPerSecondMax: 1,
      isSandbox: false,
    },
    // There is no list of banks: whoever connects types the name of theirs.
    searchInstitutions: async (search) => [bankCalled(search)].filter((bank) => bank !== null),
    findInstitution: async (id) => bankCalled(id),
    startConsent: async ({ connectionReference }) => ({
      kind: "granted",
      // Nothing to keep secret: whoever pushes shows an API key.
      credential: "none",
      externalId: connectionReference,
    }),
    completeConsent: async () => ({ kind: "unfinished" }),
    fetchConnection: async () => ({
      externalId: "",
      institutionId: null,
      consentExpiresAt: null,
      successfullyAggregatedAt: null,
      failure: null,
    }),
    // Not "none": what was pushed stays open, so nothing may be closed for not being listed.
    fetchAccounts: async () => ({
      accounts: [],
      problems: [{ externalId: null, message: "Accounts come with the batches." }],
    }),
    fetchPage: async (_credential, { cursor }) => ({
      kind: "page",
      ...{ added: [], modified: [], removed: [], whole: [], problems: [] },
      next: cursor ?? "pushed",
      hasMore: false,
      settled: true,
    }),
    refresh: async () => ({ kind: "requested" }),
    revoke: async () => {},
    verifyWebhook: async () => ({ kind: "refused", reason: "forged" }),
    translateWebhook: () => ({ kind: "ignored", what: "push" }),
  };
}

const nameCharactersMax = 100;

function bankCalled(given: string): ProviderInstitution | null {
  const name = given.trim().replace(/\s+/g, " ");
  if (name === "" || name.length > nameCharactersMax) return null;
  return { id: name, name, colour: null, countries: [] };
}
