import type { LineKind, PushRules } from "../core/accounting/push-rules.ts";
import type { CurrencyCode } from "../core/currencies.ts";
import type { LocalDate } from "../core/dates.ts";

/**
 * The one contract that every accounting platform fulfils. An adapter speaks its platform's wire format and nothing
 * else: it knows no database, no job and no feature, and its platform's codes stop here. Money in is positive.
 */
export interface AccountingPlatform {
  readonly description: PlatformDescription;

  /**
   * Makes the company there and says where a person grants access to its books. @throws PlatformFailure
   */
  startLink(request: LinkRequest): Promise<StartedLink>;
  /**
   * How the access stands now, and where a person grants what is missing.
   * @param state comes back in the query behind `nextUrl` as `state`; null or left out: nobody is on the way
   * @throws PlatformFailure
   */
  fetchLink(link: PlatformLink, state?: string | null): Promise<LinkState>;
  /**
   * Where a person finds what is pushed, if that is no package but a folder or a server: its address, without a
   * password. Null for a package. Makes no call.
   */
  placeOf(link: PlatformLink): string | null;
  /** Gives the access up. Giving up what is gone already is no failure. @throws PlatformFailure */
  unlink(link: PlatformLink): Promise<void>;

  /** The accounts of the books that a bank account can feed. @throws PlatformFailure */
  listTargets(link: PlatformLink): Promise<TargetAccount[]>;
  /** Makes the feed, or finds the one of this id: asked twice it makes one. @throws PlatformFailure */
  openFeed(link: PlatformLink, request: FeedRequest): Promise<FeedState>;
  /**
   * All feeds of this connection.
   * @param placed those whose account of the books is known: where the platform does not tell it, it is not looked for
   * @throws PlatformFailure
   */
  fetchFeeds(link: PlatformLink, placed: ReadonlySet<string>): Promise<FeedState[]>;
  /** Ends a feed. Ending one that is gone already is no failure. @throws PlatformFailure */
  closeFeed(link: PlatformLink, feedExternalId: string): Promise<void>;

  /**
   * Sends one batch. Whether a batch whose answer was lost has arrived is the caller's to find out (`findPushes`,
   * `readLines`) before it is sent again. @throws PlatformFailure
   */
  push(link: PlatformLink, batch: PushBatch): Promise<PushState>;
  /** Null where the platform knows no such push. @throws PlatformFailure */
  fetchPush(link: PlatformLink, externalKey: string): Promise<PushState | null>;
  /** The pushes to a feed that were asked for at or after `since`, oldest first. @throws PlatformFailure */
  findPushes(link: PlatformLink, feedExternalId: string, since: Date): Promise<FoundPush[]>;
  /** One page of the lines that an account of the books has, in the order of days. @throws PlatformFailure */
  readLines(link: PlatformLink, request: LinesRequest): Promise<LinesPage>;

  /** One page of the documents that are open or have changed. @throws PlatformFailure */
  readDocuments(link: PlatformLink, request: DocumentsRequest): Promise<DocumentsPage>;
  /**
   * Books a payment of a document. Whether one whose answer was lost has arrived is the caller's to find out
   * (`findPayment`) before it is sent again. @throws PlatformFailure
   */
  sendPayment(link: PlatformLink, payment: PlatformPayment): Promise<PushState>;
  /**
   * What became of a payment that may have been sent at or after `since`: by the platform's pushes, and by what the
   * books have now. Null: it is in neither.
   * @throws PlatformFailure, also a temporary one for as long as it cannot be told
   */
  findPayment(link: PlatformLink, payment: PlatformPayment, since: Date): Promise<PushState | null>;

  /** Whether this delivery is the platform's own, unaltered and fresh. Never throws for what it is sent. */
  verifyWebhook(delivery: PlatformDelivery): Promise<PlatformVerdict>;
  /** Pure: a verified delivery as a fact. An unknown kind is `ignored`. */
  translateWebhook(body: unknown): PlatformFact;
}

export interface PlatformDescription {
  /** The stable name, as stored and as in the webhook's path. */
  readonly name: string;
  readonly label: string;
  /** The accounting packages that can be reached through it. */
  readonly packages: readonly PackageDescription[];
  /** Requests a second that the platform takes from this installation. */
  readonly requestsPerSecondMax: number;
  readonly supportsWebhooks: boolean;
  /** True when the adapter is pointed at the sandbox. */
  readonly isSandbox: boolean;
}

export interface PackageDescription {
  /** As stored: "xero". */
  readonly name: string;
  readonly label: string;
  /** How a person connects, in a sentence for the screen. */
  readonly connectionMethod: string;
  /** A person picks the account that is fed on the package's own page, not here. */
  readonly mapsThere: boolean;
  /** What was pushed can be read back. */
  readonly readsBack: boolean;
  /** Invoices and expenses can be pulled. */
  readonly hasDocuments: boolean;
  /** Payments can be booked. */
  readonly takesPayments: boolean;
  /** Where files can be put for it, as its connection is told; left out where nothing has to be said. */
  readonly fileTargets?: readonly FileTarget["kind"][];
  readonly rules: PushRules;
}

/** An access that was begun: what the adapter needs to find it again, as it answered it. */
export interface PlatformLink {
  readonly package: string;
  readonly companyExternalId: string;
  readonly externalId: string;
  /** Of a target that signs on; null for platforms whose key the operator has configured. */
  readonly credential: string | null;
}

export interface LinkRequest {
  readonly package: string;
  readonly companyName: string;
  /** Opaque and the connection's own: making it twice makes it once, where the platform can tell. */
  readonly connectionReference: string;
  /** Where the browser comes back to. */
  readonly returnUrl: string;
  /** Comes back in the query of `returnUrl` as `state`. */
  readonly state: string;
  /** What a file target is told by the person who sets it up; null for others. */
  readonly target: FileTarget | null;
}

/** Where an adapter without an API puts its files. */
export type FileTarget =
  | { readonly kind: "folder" }
  | {
      readonly kind: "sftp";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly folder: string;
      /** SHA-256 of the server's key, base64 as OpenSSH prints it: another server is refused. */
      readonly hostKey: string;
    };

export type StartedLink =
  | {
      readonly kind: "hosted";
      readonly companyExternalId: string;
      readonly externalId: string;
      readonly url: string;
    }
  /** There is no page to send a person to. */
  | {
      readonly kind: "granted";
      readonly companyExternalId: string;
      readonly externalId: string;
      readonly credential: string | null;
    };

export interface LinkState {
  /** linked: lines can be pushed. */
  readonly status: "pending" | "linked" | "reconnect_required";
  /** Whose books these are, as the package calls them; null where it does not say. */
  readonly companyName: string | null;
  /**
   * The page on which a person grants what is missing; null where nothing is. Of a linked access: where they pick the
   * account that a feed waits for.
   */
  readonly nextUrl: string | null;
  /** Why it stands there, as a sentence, where it is not simply well. */
  readonly reason: string | null;
}

export interface TargetAccount {
  readonly externalId: string;
  readonly name: string;
  /** The number in the chart of accounts or of the bank account, as a person recognises it. */
  readonly number: string | null;
  readonly currency: CurrencyCode;
  readonly kind: "debit" | "credit";
  readonly balanceMinor: bigint | null;
}

export interface FeedRequest {
  /** The feed's id at the platform: the caller's own. */
  readonly externalId: string;
  readonly accountName: string;
  readonly accountKind: "current" | "savings" | "credit_card" | "loan" | "other";
  /** The last digits only. */
  readonly mask: string | null;
  readonly currency: CurrencyCode;
  readonly balanceMinor: bigint;
  readonly feedStartOn: LocalDate;
  /** Null where the person picks it on the package's own page. */
  readonly target:
    | { readonly kind: "existing"; readonly externalId: string }
    | { readonly kind: "new"; readonly name: string }
    | null;
}

export interface FeedState {
  readonly externalId: string;
  readonly status: "pending" | "connecting" | "connected" | "disconnected";
  readonly targetExternalId: string | null;
  readonly targetName: string | null;
  readonly feedStartOn: LocalDate | null;
  readonly reason: string | null;
}

export interface PushBatch {
  /** The caller's own id of this push. */
  readonly reference: string;
  readonly feedExternalId: string;
  readonly currency: CurrencyCode;
  /** In the order of days; no more than the package's `batchLinesMax`. */
  readonly lines: readonly PlatformLine[];
}

export interface PlatformLine {
  /** The line's id: the same however often it is sent. */
  readonly id: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint | null;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly reconciled: boolean;
  readonly kind: LineKind;
}

export interface PushState {
  readonly externalKey: string;
  readonly status: "pending" | "success" | "failed" | "timed_out";
  /** What went wrong with the whole, as a sentence; null where nothing did. */
  readonly problem: string | null;
  /** Whether sending it again can help without a change. */
  readonly retryable: boolean;
  readonly lineProblems: readonly LineProblem[];
  readonly completedAt: Date | null;
}

export interface LineProblem {
  /** Null: of the whole push. */
  readonly lineId: string | null;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** The platform's word for its rule, for the log. */
  readonly rule: string | null;
}

export interface FoundPush {
  readonly state: PushState;
  readonly requestedAt: Date;
  /** The ids of its lines; null where the platform does not tell them. */
  readonly lineIds: readonly string[] | null;
}

export interface LinesRequest {
  readonly feedExternalId: string;
  readonly targetExternalId: string;
  readonly from: LocalDate;
  readonly currency: CurrencyCode;
  /** Null: the first page. */
  readonly cursor: string | null;
}

export interface LinesPage {
  readonly lines: readonly ArrivedLine[];
  /** Null: this was the last one. */
  readonly next: string | null;
}

/** A line as the books have it. */
export interface ArrivedLine {
  /** The platform's id of it. */
  readonly externalId: string;
  /** The id that it was pushed with, where the platform keeps it. */
  readonly lineId: string | null;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint | null;
  readonly description: string;
}

export interface DocumentsRequest {
  readonly kind: "invoice" | "expense";
  /** Null: everything that is open. */
  readonly modifiedSince: Date | null;
  readonly cursor: string | null;
}

export interface DocumentsPage {
  readonly documents: readonly PlatformDocument[];
  readonly problems: readonly { readonly externalId: string | null; readonly message: string }[];
  readonly next: string | null;
}

export interface PlatformDocument {
  readonly kind: "invoice" | "expense";
  readonly externalId: string;
  readonly number: string;
  readonly counterpartyExternalId: string | null;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly totalMinor: bigint;
  /** Still to be paid. */
  readonly dueMinor: bigint;
  readonly state: "open" | "part_paid" | "paid" | "void" | "draft";
  readonly modifiedAt: Date | null;
}

export interface PlatformPayment {
  /** The caller's own id of it. */
  readonly externalId: string;
  readonly kind: "invoice" | "expense";
  readonly documentExternalId: string;
  readonly counterpartyExternalId: string | null;
  /** The account of the books that the money went to or came from. */
  readonly targetExternalId: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly paidOn: LocalDate;
  readonly reference: string | null;
}

export interface PlatformDelivery {
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came. */
  readonly body: Buffer;
  readonly receivedAt: Date;
}

export type PlatformVerdict =
  | {
      readonly kind: "genuine";
      /** The same for a delivery that comes again. */
      readonly deliveryKey: string;
      readonly companyExternalId: string | null;
      /** The platform's name for it, for the log. */
      readonly what: string;
    }
  | { readonly kind: "refused"; readonly reason: "forged" | "altered" | "late" | "unreadable" };

/** What a webhook says. It is only a trigger: how things stand is asked again. */
export type PlatformFact =
  | { readonly kind: "push_ended"; readonly externalKey: string }
  | { readonly kind: "link_changed" }
  | { readonly kind: "feed_changed"; readonly feedExternalId: string | null }
  | { readonly kind: "documents_changed" }
  | { readonly kind: "ignored"; readonly what: string };

/**
 * Thrown by adapters for everything that a platform or the network does wrong. `message` is a sentence for people;
 * `detail` is for the log and holds no secret.
 */
export class PlatformFailure extends Error {
  override readonly name = "PlatformFailure";
  readonly code = "PLATFORM_FAILURE";
  /** user_action_needed: access must be granted again. rejected: the request itself, and no repeat helps. */
  readonly kind: "user_action_needed" | "temporary" | "rejected" | "final";
  readonly detail: string;
  /** When the platform asks to wait, until when. */
  readonly retryAt: Date | null;
  /** True where nobody can tell whether the platform has done what it was asked. */
  readonly outcomeUnknown: boolean;

  constructor(
    reason: Pick<PlatformFailure, "kind" | "message" | "detail">,
    {
      retryAt = null,
      outcomeUnknown = false,
    }: { retryAt?: Date | null; outcomeUnknown?: boolean } = {},
  ) {
    super(reason.message);
    this.kind = reason.kind;
    this.detail = reason.detail;
    this.retryAt = retryAt;
    this.outcomeUnknown = outcomeUnknown;
  }
}
