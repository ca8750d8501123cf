import type { Reply, Request } from "../http/exchange.ts";

/** One aggregator over the world: its wire format, its consents and its webhooks. */
export interface Wire {
  /** As in the server: plaid, saltedge, tink, ponto. */
  readonly name: string;
  /** Whether a request of the shared HTTP server is this wire's to answer. */
  owns(request: Request): boolean;
  answer(request: Request): Reply | Promise<Reply>;
  /** Everything that a person has consented to here and that has not been ended. */
  consents(): WireConsent[];
  /** Takes the login away, ends the consent, or gives both back; webhooks of it go out as the aggregator's would. */
  setTrouble(consentId: string, trouble: WireTrouble | null): void;
  /** Sends one of the aggregator's webhooks about a consent, signed. False: it has no address to send to. */
  sendWebhook(consentId: string, what: string): boolean;
  /** The names that `sendWebhook` takes. */
  readonly webhooks: readonly string[];
  /** Sends one that is wrong on purpose. @returns the receiver's HTTP status */
  sendBadWebhook(consentId: string, how: BadWebhook): Promise<number>;
  /** Codes of the aggregator that `failNext` can answer with. */
  readonly errorCodes: readonly string[];
  /** The next data call about a consent, or all until `count` is used up, is answered with this error. */
  failNext(consentId: string, code: string, count: number): void;
  /** Forgets what `failNext` has left. */
  clearFailures(): void;
  /** Makes the access token of a consent run out before its time, where the aggregator's do. */
  spendToken(consentId: string): void;
  /** Brings a fact of its own back from the journal. */
  apply(fact: WireFact): void;
  /**
   * Called once, when the facts of an earlier run have been applied and before the first request: makes the keys that
   * it lacks, and takes up what was under way.
   */
  start?(): void | Promise<void>;
  /** The calendar was moved ahead: warns of consents that end soon, and of those that have ended. */
  review?(): void;
  /** Does at once what is planned for a little later. */
  flush(): void;
  close(): void;
}

export interface WireConsent {
  /** The id that the server keeps as the connection's external id. */
  readonly consentId: string;
  readonly institutionKey: string;
  /** The accounts shared, as "institution/account". */
  readonly paths: readonly string[];
  readonly trouble: WireTrouble | null;
  readonly webhookUrl: string | null;
  /** Its history is complete: nothing more comes by itself. */
  readonly settled: boolean;
}

export type WireTrouble =
  /** The bank wants the person to sign in again. */
  | "login_required"
  /** The consent has run out. */
  | "consent_expired"
  /** The person took it back at the bank. */
  | "revoked"
  /** The bank does not answer; it passes by itself. */
  | "institution_down";

export type BadWebhook = "forged" | "altered" | "late" | "replayed" | "unsigned";

/** A fact in the journal that belongs to a wire; `of` is its name. */
export interface WireFact {
  readonly of: string;
  readonly did: string;
}

/**
 * What a wire asks of the hosted sign-in pages, which all wires share. The pages know institutions, accounts and the
 * demo's login, and nothing of tokens.
 */
export interface SignInRequest {
  readonly wire: string;
  /** Null: the pages ask. */
  readonly institutionKey: string | null;
  /** The accounts that are shared already, in update mode. */
  readonly shared: readonly string[] | null;
  readonly choosesAccounts: boolean;
  /** Instant of the sandbox's clock. */
  readonly expiresAt: number;
  /** Who asks, as the pages call it; "Tieout" where it is left out. */
  readonly applicationName?: string;
  /** Only institutions of these countries are offered (ISO 3166-1 alpha-2); all where it is left out. */
  readonly countries?: readonly string[];
  /** Days of history, as the consent page says; 90 where it is left out. */
  readonly daysOfHistory?: number;
  /**
   * The person has consented. Who comes back after leaving begins another walk over the same pages; after this there
   * is none. @returns where the browser goes; null: a closing page
   */
  finish(chosen: { institutionKey: string; paths: string[] }, walkId: string): string | null;
  /** They left. @returns where the browser goes; null: a closing page */
  leave(walkId: string): string | null;
}
