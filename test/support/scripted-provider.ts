/** A provider without a wire: it answers what a test tells it to, and remembers what it was asked. */
import {
  type Provider,
  type ProviderDescription,
  ProviderFailure,
} from "../../server/src/providers/provider.ts";

export interface ScriptedProvider extends Provider {
  /** The operations that were called, in order. */
  readonly asked: string[];
}

export function scriptedProvider(
  answers: Partial<Omit<Provider, "description">> = {},
  description: Partial<ProviderDescription> = {},
): ScriptedProvider {
  const asked: string[] = [];
  const defaults: Omit<Provider, "description"> = {
    searchInstitutions: async () => [],
    findInstitution: async () => null,
    startConsent: async () => ({
      kind: "granted",
      credential: "granted-secret",
      externalId: "granted",
    }),
    completeConsent: async () => ({ kind: "unfinished" }),
    fetchConnection: async () => ({
      externalId: "scripted",
      institutionId: null,
      consentExpiresAt: null,
      successfullyAggregatedAt: null,
      failure: null,
    }),
    fetchAccounts: async () => ({ accounts: [], problems: [] }),
    fetchPage: async () => ({
      kind: "page",
      added: [],
      modified: [],
      removed: [],
      whole: [],
      problems: [],
      next: "end",
      hasMore: false,
      settled: true,
    }),
    refresh: async () => ({ kind: "requested" }),
    revoke: async () => {},
    verifyWebhook: async () => ({ kind: "refused", reason: "forged" }),
    translateWebhook: () => ({ kind: "ignored", what: "nothing" }),
  };
  const operations = Object.entries({ ...defaults, ...answers }).map(([name, operation]) => [
    name,
    (...given: unknown[]) => {
      asked.push(name);
      return (operation as (...given: unknown[]) => unknown)(...given);
    },
  ]);
  return {
    ...(Object.fromEntries(operations) as typeof defaults),
    asked,
    description: {
      name: "scripted",
      label: "Scripted bank",
      countries: ["GB"],
      connectionMethod: "Not at all.",
      supportsWebhooks: false,
      kind: "aggregator",
      supportsRefresh: true,
      historyDaysMax: 730,
      syncEveryHours: 6,
      requestsPerSecondMax: 1_000,
      isSandbox: true,
      ...description,
    },
  };
}

export function failure(
  kind: ProviderFailure["kind"],
  more: { retryAt?: Date; scope?: "connection" | "provider"; httpStatus?: number } = {},
): ProviderFailure {
  const wire = more.httpStatus === undefined ? null : { code: null, httpStatus: more.httpStatus };
  return new ProviderFailure(
    { kind, message: "It did not work.", detail: "scripted" },
    more.retryAt ?? null,
    wire,
    more.scope,
  );
}
