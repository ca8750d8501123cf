import type { CurrencyCode } from "../core/currencies.ts";
import type { LocalDate } from "../core/dates.ts";

/**
 * The one contract that every aggregator and connector fulfils. An adapter speaks its provider's wire format and
 * nothing else: it knows no database, no job and no feature, and its provider's error codes stop here.
 * Money in is positive, whatever the provider's own sign.
 */
export interface Provider {
  readonly description: ProviderDescription;

  /** Institutions whose name contains `search`, best first. @throws ProviderFailure */
  searchInstitutions(search: string, countMax: number): Promise<ProviderInstitution[]>;
  /** Null for an id that it does not know. @throws ProviderFailure */
  findInstitution(id: string): Promise<ProviderInstitution | null>;
  /** Opens a hosted flow, new or (with `repair`) on an existing consent. @throws ProviderFailure */
  startConsent(request: ConsentRequest): Promise<StartedConsent>;
  /**
   * Turns a finished hosted flow into credentials; answers what became of an unfinished one. A first consent can be
   * turned once only: the caller sees to it that two do not try. @throws ProviderFailure
   */
  completeConsent(flow: ConsentFlow): Promise<ConsentOutcome>;
  /** @throws ProviderFailure */
  fetchConnection(credential: Credential): Promise<ProviderConnection>;
  /** @throws ProviderFailure */
  fetchAccounts(credential: Credential): Promise<ProviderAccounts>;
  /**
   * One page of what changed since `request.cursor`. `next` leads to the page after it, and is a place to come back to
   * another day only where `hasMore` is false. @throws ProviderFailure
   */
  fetchPage(credential: Credential, request: PageRequest): Promise<ProviderPage>;
  /** Asks the provider to fetch fresher data from the bank; what it fetched is pulled later. @throws ProviderFailure */
  refresh(credential: Credential): Promise<RefreshOutcome>;
  /** Ends the consent at the provider. Ending one that is gone already is no failure. @throws ProviderFailure */
  revoke(credential: Credential): Promise<void>;
  /** Whether this delivery is the provider's own, unaltered and fresh. Never throws for what it is sent. */
  verifyWebhook(delivery: RawDelivery): Promise<WebhookVerdict>;
  /** Pure: a verified delivery as a domain fact. An unknown kind is `ignored`. */
  translateWebhook(delivery: VerifiedDelivery): WebhookFact;
}

/**
 * What a connection holds at its provider, as one secret text of the adapter's own making.
 */
export interface Credential {
  /** As it was stored when the operation began. */
  readonly secret: string;
  /**
   * Puts a new secret in the place of one that has run out. Over all processes one exchange of a connection runs at a
   * time; whoever comes second is given what the first one got, and `exchange` is not called. The new secret is stored
   * before it is answered, because a provider that rotates its tokens never takes the old one again.
   * @param spent the secret that no longer serves
   * @param exchange given the secret as it is stored now
   */
  renew(spent: string, exchange: (current: string) => Promise<string>): Promise<string>;
}

export interface ProviderDescription {
  /** The stable name, as stored and as in the webhook's path. */
  readonly name: string;
  readonly label: string;
  /** ISO 3166-1 alpha-2 */
  readonly countries: readonly string[];
  /** How a person connects, in words for the screen. */
  readonly connectionMethod: string;
  readonly supportsWebhooks: boolean;
  /**
   * aggregator: a service with many banks. connector: a package of one's own for a bank that no aggregator has.
   * push: the bank's side posts its batches here, and nothing is ever pulled.
   */
  readonly kind: "aggregator" | "connector" | "push";
  /** Whether `refresh` can do anything. */
  readonly supportsRefresh: boolean;
  /** How many days of history a new connection may ask for. */
  readonly historyDaysMax: number;
  /** How often a connection is synced when no webhook comes. */
  readonly syncEveryHours: number;
  /** Requests a second that the provider takes from this installation, over all connections. */
  readonly requestsPerSecondMax: number;
  /** True when the adapter is pointed at the sandbox bank. */
  readonly isSandbox: boolean;
}

export interface ProviderInstitution {
  readonly id: string;
  readonly name: string;
  /** CSS hex colour */
  readonly colour: string | null;
  readonly countries: readonly string[];
}

export interface ConsentRequest {
  /** Opaque and stable for the organisation; never an e-mail or a name. */
  readonly userReference: string;
  /** Opaque and the connection's own: for providers that keep a customer or user for each consent. */
  readonly connectionReference: string;
  readonly institutionId: string | null;
  /** Where the browser comes back to, always this very address: providers compare it with the one they have registered. */
  readonly returnUrl: string;
  /** Comes back in the query of `returnUrl` as `state`: by the provider itself, or because the adapter puts it there. */
  readonly state: string;
  /** A provider with several addresses puts a word below it: `<webhookUrl>/<word>`. */
  readonly webhookUrl: string;
  readonly daysOfHistory: number;
  readonly today: LocalDate;
  /** The credential of the consent to repair. */
  readonly repair: Credential | null;
}

export type StartedConsent =
  | {
      readonly kind: "hosted";
      /** What `completeConsent` needs of the start; stored encrypted. */
      readonly linkToken: string;
      readonly hostedUrl: string;
      readonly expiresAt: Date;
    }
  /** There is no page to send a person to: the operator has configured the access. */
  | { readonly kind: "granted"; readonly credential: string; readonly externalId: string };

export interface ConsentFlow {
  readonly linkToken: string;
  /** The flow was started with `repair`: the consent that exists. */
  readonly repair: Credential | null;
  /**
   * The query that the browser came back with; null when nobody came back (yet). Its `state` has been checked.
   */
  readonly returned: URLSearchParams | null;
  readonly returnUrl: string;
}

export type ConsentOutcome =
  | { readonly kind: "completed"; readonly credential: string; readonly externalId: string }
  /** An existing consent was repaired; `credential` where it has a new one. */
  | { readonly kind: "repaired"; readonly credential: string | null }
  | { readonly kind: "cancelled" }
  | { readonly kind: "unfinished" };

export interface ProviderConnection {
  readonly externalId: string;
  readonly institutionId: string | null;
  readonly consentExpiresAt: Date | null;
  /** When the provider last fetched from the bank with success, where it says so. */
  readonly successfullyAggregatedAt: Date | null;
  /** Why the provider cannot fetch, where it says so. */
  readonly failure: ProviderFailureReason | null;
}

export type AccountKind = "current" | "savings" | "credit_card" | "loan" | "other";

export interface ProviderAccount {
  readonly externalId: string;
  readonly persistentId: string | null;
  readonly name: string;
  readonly officialName: string | null;
  readonly kind: AccountKind;
  readonly mask: string | null;
  /** IBAN or account number, whole: the engine keeps a digest to recognise the account by, never the number. */
  readonly identifier: string | null;
  readonly currency: CurrencyCode;
  readonly balanceCurrentMinor: bigint | null;
  readonly balanceAvailableMinor: bigint | null;
  readonly balanceAsOf: Date | null;
}

export interface ProviderAccounts {
  readonly accounts: readonly ProviderAccount[];
  /** Accounts that could not be read; the rest stands. */
  readonly problems: readonly RowProblem[];
}

/** A row that could not be read, with a sentence for people. */
export interface RowProblem {
  readonly externalId: string | null;
  readonly message: string;
}

export interface ProviderTransaction {
  /** Unique within the connection. */
  readonly externalId: string;
  readonly accountExternalId: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly pending: boolean;
  /** The pending row that this posted row takes the place of. */
  readonly replacesExternalId: string | null;
  /** The provider's category, as a word of ours; null where it has none. */
  readonly categoryName: string | null;
}

export interface PageRequest {
  /** Null: from the start. */
  readonly cursor: string | null;
  /** How far back a start goes. */
  readonly daysOfHistory: number;
  readonly today: LocalDate;
  /**
   * The oldest day on which something is known to have changed since the cursor. For providers without a change feed,
   * which read a window again; those with one ignore it.
   */
  readonly rereadFrom: LocalDate | null;
  /** Null: all accounts. For providers that can be asked for one; the others ignore it. */
  readonly accountExternalId: string | null;
}

/**
 * A part of an account that this pull reads whole: what is known in it and does not come is gone. For providers
 * that send what there is instead of what changed. The whole pull counts, not the page.
 */
export interface WholeRange {
  readonly accountExternalId: string;
  readonly rows: "pending" | "booked" | "all";
  /** From this day on; null: all days. */
  readonly from: LocalDate | null;
}

export type ProviderPage =
  | {
      readonly kind: "page";
      readonly added: readonly ProviderTransaction[];
      readonly modified: readonly ProviderTransaction[];
      readonly removed: readonly { externalId: string; accountExternalId: string | null }[];
      /** What the pull reads whole, told on any of its pages. */
      readonly whole: readonly WholeRange[];
      /** The rest of the page stands. */
      readonly problems: readonly RowProblem[];
      readonly next: string;
      readonly hasMore: boolean;
      /** False while the provider still collects the first history: more comes soon. */
      readonly settled: boolean;
    }
  /** The feed changed while it was read: all pages since the loop's first are void, read them again. */
  | { readonly kind: "restart" }
  /** The provider has nothing yet and will have: ask again soon, from the same place. */
  | { readonly kind: "not_ready" };

export type RefreshOutcome =
  | { readonly kind: "requested" }
  /** The provider or the bank allows none before that. */
  | { readonly kind: "too_soon"; readonly possibleAt: Date };

export interface RawDelivery {
  /** What follows the provider's own webhook path, without slashes: "" or one word. */
  readonly path: string;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came. */
  readonly body: Buffer;
  readonly receivedAt: Date;
}

export type WebhookVerdict =
  | {
      readonly kind: "genuine";
      /** The same for a delivery that comes again. */
      readonly deliveryKey: string;
      /** How long the key means "again": two like bodies can both be real where no id tells them apart. Null: for ever. */
      readonly keyLastsMs: number | null;
      readonly externalId: string | null;
      /** The provider's name for it, for the log. */
      readonly what: string;
    }
  | { readonly kind: "refused"; readonly reason: "forged" | "altered" | "late" | "unreadable" }
  /** The key to check it with could not be had just now: the provider shall send it again. */
  | { readonly kind: "undecided" };

export interface VerifiedDelivery {
  readonly path: string;
  /** The body as JSON. */
  readonly body: unknown;
}

/** What a webhook says, in the engine's words. */
export type WebhookFact =
  | {
      readonly kind: "transactions_available";
      readonly externalId: string;
      /** The oldest day of a change, where it is said. */
      readonly changedFrom: LocalDate | null;
      /** Rows that are said to be gone: a reason to look again on their days, not yet the proof. */
      readonly goneExternalIds: readonly string[];
    }
  | { readonly kind: "failed"; readonly externalId: string; readonly reason: ProviderFailureReason }
  | { readonly kind: "repaired"; readonly externalId: string }
  /** There are accounts at the bank that this consent does not cover: a person may want to share them too. */
  | { readonly kind: "new_accounts"; readonly externalId: string }
  | { readonly kind: "consent_expiring"; readonly externalId: string; readonly at: Date | null }
  | { readonly kind: "revoked"; readonly externalId: string }
  | { readonly kind: "ignored"; readonly what: string };

/**
 * What kind of failure it is decides what the engine does: ask the person, try again, or give up.
 * `message` is a sentence for people; `detail` is for the log and holds no secret.
 */
export interface ProviderFailureReason {
  readonly kind: "user_action_needed" | "temporary" | "final";
  readonly message: string;
  readonly detail: string;
}

/** Thrown by adapters for everything that a provider or the network does wrong. */
export class ProviderFailure extends Error implements ProviderFailureReason {
  override readonly name = "ProviderFailure";
  readonly code = "PROVIDER_FAILURE";
  readonly kind: ProviderFailureReason["kind"];
  readonly detail: string;
  /** When the provider asks to wait, until when. */
  readonly retryAt: Date | null;
  /** The provider's own words, for the adapter that threw it; nothing outside its folder looks at them. */
  readonly wire: WireFailure | null;
  /** Whom `retryAt` asks to wait: the one connection, or everything that goes through the provider. */
  readonly scope: "connection" | "provider";

  constructor(
    reason: ProviderFailureReason,
    retryAt: Date | null = null,
    wire: WireFailure | null = null,
    scope: "connection" | "provider" = "connection",
  ) {
    super(reason.message);
    this.kind = reason.kind;
    this.detail = reason.detail;
    this.retryAt = retryAt;
    this.wire = wire;
    this.scope = scope;
  }
}

export interface WireFailure {
  readonly code: string | null;
  readonly httpStatus: number;
}
