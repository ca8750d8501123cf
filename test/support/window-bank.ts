/**
 * A bank in memory that sends what there is instead of what changed, as several aggregators do, and the provider over
 * it: for tests of the engine alone. The wires of the sandbox are what adapters are tested with.
 */
import type { LocalDate } from "../../server/src/core/dates.ts";
import { localDate } from "../../server/src/core/dates.ts";
import type {
  ConsentFlow,
  ConsentOutcome,
  ConsentRequest,
  Credential,
  PageRequest,
  Provider,
  ProviderAccount,
  ProviderDescription,
  ProviderFailureReason,
  ProviderPage,
  ProviderTransaction,
  RowProblem,
  StartedConsent,
  WebhookFact,
  WholeRange,
} from "../../server/src/providers/provider.ts";

export class WindowBank implements Provider {
  readonly description: ProviderDescription;
  readonly accounts: ProviderAccount[] = [aProviderAccount("account-1")];
  rows: ProviderTransaction[] = [];
  /** What each pull says that it reads whole; everything of every account unless told otherwise. */
  whole: (request: PageRequest) => WholeRange[] = () =>
    this.accounts.map(({ externalId }) => ({
      accountExternalId: externalId,
      rows: "all",
      from: null,
    }));
  problems: RowProblem[] = [];
  rowsPerPage = 100;
  institutionId: string | null = "window-bank";
  failure: ProviderFailureReason | null = null;
  /** What `startConsent` answers; the hosted flow unless told otherwise. */
  start: (request: ConsentRequest) => StartedConsent = hostedFlow;
  /** What became of the hosted flow. */
  outcome: (flow: ConsentFlow) => ConsentOutcome = () => ({ kind: "unfinished" });
  /** Called before each page is answered. */
  beforePage: (request: PageRequest) => Promise<void> | void = () => {};

  readonly asked: PageRequest[] = [];
  readonly consents: ConsentRequest[] = [];
  readonly flows: ConsentFlow[] = [];
  readonly secrets: string[] = [];

  constructor(description: Partial<ProviderDescription> = {}) {
    this.description = {
      name: "window",
      label: "Window",
      countries: ["GB"],
      connectionMethod: "In memory.",
      supportsWebhooks: true,
      kind: "aggregator",
      supportsRefresh: false,
      historyDaysMax: 365,
      syncEveryHours: 6,
      requestsPerSecondMax: 1_000,
      isSandbox: true,
      ...description,
    };
  }

  async searchInstitutions() {
    return [];
  }

  async findInstitution(id: string) {
    return { id, name: "Window Bank", colour: null, countries: ["GB"] };
  }

  async startConsent(request: ConsentRequest): Promise<StartedConsent> {
    this.consents.push(request);
    return this.start(request);
  }

  async completeConsent(flow: ConsentFlow): Promise<ConsentOutcome> {
    this.flows.push(flow);
    return this.outcome(flow);
  }

  async fetchConnection(credential: Credential) {
    this.secrets.push(credential.secret);
    return {
      externalId: "consent",
      institutionId: this.institutionId,
      consentExpiresAt: null,
      successfullyAggregatedAt: null,
      failure: this.failure,
    };
  }

  async fetchAccounts() {
    return { accounts: [...this.accounts], problems: [] };
  }

  async fetchPage(_credential: Credential, request: PageRequest): Promise<ProviderPage> {
    this.asked.push(request);
    await this.beforePage(request);
    const at = Number(/^page (\d+)$/.exec(request.cursor ?? "")?.[1] ?? 0);
    const hasMore = (at + 1) * this.rowsPerPage < this.rows.length;
    return {
      kind: "page",
      added: this.rows.slice(at * this.rowsPerPage, (at + 1) * this.rowsPerPage),
      modified: [],
      removed: [],
      whole: at === 0 ? this.whole(request) : [],
      problems: hasMore ? [] : this.problems,
      next: hasMore ? `page ${at + 1}` : "the end",
      hasMore,
      settled: true,
    };
  }

  async refresh() {
    return { kind: "requested" } as const;
  }

  async revoke() {}

  /** The body says it all: its key, how long that lasts, and the fact. */
  async verifyWebhook({ body }: { body: Buffer }) {
    const { key, keyLastsMs, fact } = JSON.parse(body.toString("utf8")) as Told;
    const externalId = fact.kind === "ignored" ? null : fact.externalId;
    return { kind: "genuine", deliveryKey: key, keyLastsMs, externalId, what: fact.kind } as const;
  }

  translateWebhook({ body }: { body: unknown }): WebhookFact {
    return (body as Told).fact;
  }
}

export interface Told {
  readonly key: string;
  readonly keyLastsMs: number | null;
  readonly fact: WebhookFact;
}

function hostedFlow({ state }: ConsentRequest): StartedConsent {
  return {
    kind: "hosted",
    linkToken: `flow of ${state}`,
    hostedUrl: "http://localhost/bank",
    expiresAt: new Date("2099-01-01T00:00:00Z"),
  };
}

export function aProviderAccount(
  externalId: string,
  values: Partial<ProviderAccount> = {},
): ProviderAccount {
  return {
    externalId,
    persistentId: null,
    name: `Account ${externalId}`,
    officialName: null,
    kind: "current",
    mask: null,
    identifier: null,
    currency: "GBP",
    balanceCurrentMinor: null,
    balanceAvailableMinor: null,
    balanceAsOf: null,
    ...values,
  };
}

export function aRow(
  externalId: string,
  values: Partial<Omit<ProviderTransaction, "bookedOn">> & { bookedOn?: string } = {},
): ProviderTransaction {
  const bookedOn: LocalDate = localDate(values.bookedOn ?? "2026-11-10");
  return {
    externalId,
    accountExternalId: "account-1",
    amountMinor: 1_000n,
    currency: "GBP",
    description: `Line ${externalId}`,
    counterpartyName: null,
    reference: null,
    pending: false,
    replacesExternalId: null,
    categoryName: null,
    ...values,
    bookedOn,
  };
}
