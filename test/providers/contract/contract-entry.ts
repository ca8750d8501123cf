import type { LocalDate } from "../../../server/src/core/dates.ts";
import type {
  AccountKind,
  Provider,
  ProviderFailureReason,
  RawDelivery,
  WebhookFact,
  WebhookVerdict,
} from "../../../server/src/providers/provider.ts";

/** A provider that claims to keep the contract: how to start it, what it can do, and what its words must become. */
export interface ContractEntry {
  readonly name: string;
  start(): Promise<ContractSubject>;
  readonly abilities: ContractAbilities;
  /** What each of `bank.errorCodes` must come out as: neither more nor fewer. */
  readonly errors: Readonly<Record<string, ContractOutcome>>;
  /** What each of `bank.webhooks` must be translated to: neither more nor fewer. */
  readonly webhooks: Readonly<Record<string, WebhookFact["kind"]>>;
  /** Why each wrong delivery must be refused; `replayed` is not refused, but known by its key. */
  readonly refusals: Readonly<Record<RefusedDelivery, Refusal | Lacking>>;
}

export interface ContractSubject {
  readonly provider: Provider;
  /** The same provider, which waits for an answer no longer than `impatientMs`. */
  readonly impatient: Provider;
  readonly impatientMs: number;
  readonly bank: ContractBank;
  close(): Promise<void>;
}

/** True, or a sentence that says why not: what is missing is told by the test run, never left out in silence. */
export type Ability = true | Lacking;
export interface Lacking {
  readonly lacking: string;
}

export interface ContractAbilities {
  /** A person signs in at a page; otherwise `startConsent` grants at once. */
  readonly hostedSignIn: Ability;
  /** A person who leaves is told apart from one who has not come back yet. */
  readonly tellsCancelled: Ability;
  /** `search` has an effect. */
  readonly searchesInstitutions: Ability;
  /** Consents end, and the provider says when. */
  readonly tellsConsentEnd: Ability;
  /** A pull after nothing has happened brings no row at all. */
  readonly changeFeed: Ability;
  /** The feed can change under the reader, who is told to begin again. */
  readonly restarts: Ability;
  /** A row that was edited or withdrawn long ago is found without being told its day. */
  readonly findsOldEdits: Ability;
  /** The posted row names the pending one. */
  readonly linksPending: Ability;
  /** Access tokens run out and are renewed. */
  readonly renewsTokens: Ability;
  readonly refreshes: Ability;
  /** A refresh can be refused with the time of the next. */
  readonly refusesRefresh: Ability;
  readonly webhooks: Ability;
}

export type ContractOutcome = ProviderFailureReason["kind"] | "restart" | "not_ready" | "fine";
export type ContractTrouble = "login_required" | "consent_expired" | "revoked" | "institution_down";
export type RefusedDelivery = "forged" | "altered" | "late" | "unsigned";
type Refusal = Extract<WebhookVerdict, { kind: "refused" }>["reason"];

/** An account as the bank has it. */
export interface BankAccount {
  readonly name: string;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly balanceMinor: bigint;
  /** Where the wire tells one. */
  readonly mask: string | null;
  /** Where the wire tells one. */
  readonly identifier: string | null;
}

/** A row as the bank has it, in the words that must come out of the adapter. */
export interface BankLine {
  readonly accountName: string;
  readonly bookedOn: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly description: string;
  readonly pending: boolean;
}

export interface NewLine {
  readonly amountMinor: bigint;
  readonly description: string;
  readonly pending?: boolean;
  readonly bookedOn?: LocalDate;
}

export type ContractFault =
  | { readonly name: "rate_limit"; readonly retryAfterSeconds: number | null }
  | { readonly name: "hang"; readonly ms: number }
  | { readonly name: "internal_error" | "connection_reset" | "truncated_json" }
  | { readonly name: "endless_pages" | "mutation" };

/**
 * What the suite needs of the world behind a provider. `consent` is always the id that the provider calls its external
 * one.
 */
export interface ContractBank {
  readonly today: LocalDate;
  /** Institutions by the provider's ids. The first is the one whose rows are moved; all have their accounts compared. */
  readonly institutions: readonly { id: string; name: string; search: string }[];
  /** What must never be seen in a failure, besides a consent's own tokens. */
  readonly secrets: readonly string[];
  readonly webhookUrl: string;
  /** Walks the hosted pages to the end. @returns the query that the browser came back with; null: it did not come back */
  consentAt(hostedUrl: string, institutionId: string): Promise<URLSearchParams | null>;
  /** Leaves the hosted pages. */
  cancelAt(hostedUrl: string): Promise<URLSearchParams | null>;
  /** Whether the provider's side still holds the consent. */
  holds(consent: string): Promise<boolean>;
  accounts(consent: string): Promise<BankAccount[]>;
  /** All rows that a consent may see. */
  lines(consent: string, daysOfHistory: number): Promise<BankLine[]>;
  /** Adds a row to the first account of the first institution. @returns its handle */
  post(line: NewLine): Promise<number>;
  /** Adds very many. */
  postMany(count: number): Promise<void>;
  modify(line: number, change: { amountMinor?: bigint; description?: string }): Promise<void>;
  remove(line: number): Promise<void>;
  /** A pending row is posted, as a new one. */
  book(line: number, amountMinor?: bigint): Promise<number>;
  /** A handle of the oldest posted row that the consent sees, with its day. */
  oldest(consent: string, daysOfHistory: number): Promise<{ line: number; bookedOn: LocalDate }>;
  trouble(consent: string, trouble: ContractTrouble | null): Promise<void>;
  readonly errorCodes: readonly string[];
  /** All data calls about the consent are answered with this error, until `calm`. */
  fail(consent: string, code: string): Promise<void>;
  /** The next data call about the consent is struck; `endless_pages` until `calm`. */
  strike(consent: string, fault: ContractFault): Promise<void>;
  /** Ends what `fail` and `strike` have begun. */
  calm(): Promise<void>;
  /** Makes the access token of a consent run out before its time. */
  spendToken(consent: string): Promise<void>;
  /** The provider refuses the next refresh of the consent, for now. */
  refuseRefresh(consent: string): Promise<void>;
  readonly webhooks: readonly string[];
  /** Sends a webhook. @returns what arrived */
  send(consent: string, what: string): Promise<RawDelivery[]>;
  sendBad(consent: string, how: RefusedDelivery | "replayed"): Promise<RawDelivery[]>;
  /** Lets what the provider's side does by itself be done. */
  settle(): Promise<void>;
}
