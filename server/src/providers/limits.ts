import PQueue from "p-queue";
import { type Credential, type Provider, ProviderFailure } from "./provider.ts";
import { RateLimitWatch } from "./rate-limit-watch.ts";

/** One call of a provider's operation, when it is over. Holds nothing of what was said. */
export interface ProviderCall {
  readonly provider: string;
  readonly operation: ProviderOperation;
  readonly outcome: "ok" | ProviderFailure["kind"] | "not_asked" | "error";
  readonly seconds: number;
}

export interface LimitOptions {
  /** Told of each call. */
  readonly onCall?: (call: ProviderCall) => void;
  readonly now?: () => Date;
}

/** Those that ask the provider. Webhooks are verified outside: they must be answered at once. */
export type ProviderOperation = Exclude<
  keyof Provider,
  "description" | "verifyWebhook" | "translateWebhook"
>;

/** Providers count by the minute; a sliding window of this length lets a long pull begin with a run. */
const windowMs = 10_000;
/** A provider that hangs holds this many calls at most; more than one process's jobs make at one time. */
const callsMax = 64;
const waitingMax = 2_000;

/** A person waits for these; the others are jobs. */
const interactive: ReadonlySet<ProviderOperation> = new Set<ProviderOperation>([
  "searchInstitutions",
  "findInstitution",
  "startConsent",
  "completeConsent",
  "refresh",
]);

/**
 * The provider behind what it takes from this installation: so many requests a second over all connections of this
 * process, a bounded number at one time and a bounded number waiting, those that a person waits for first. A rate limit
 * that many connections meet at once comes out as the whole provider's (`scope`).
 */
export function withLimits(provider: Provider, options: LimitOptions = {}): Provider {
  const { name, requestsPerSecondMax } = provider.description;
  const now = options.now ?? (() => new Date());
  const watch = new RateLimitWatch();
  const queue = new PQueue({
    concurrency: callsMax,
    interval: windowMs,
    intervalCap: Math.max(1, Math.floor((requestsPerSecondMax * windowMs) / 1_000)),
    strict: true,
  });

  async function limited<Answer>(
    operation: ProviderOperation,
    credential: Credential | null,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const tell = (outcome: ProviderCall["outcome"], startedAt: number) =>
      options.onCall?.({
        provider: name,
        operation,
        outcome,
        seconds: (performance.now() - startedAt) / 1_000,
      });
    if (queue.size >= waitingMax) {
      tell("not_asked", performance.now());
      throw tooMuch();
    }
    const priority = interactive.has(operation) ? 1 : 0;
    return queue.add(
      async () => {
        const startedAt = performance.now();
        try {
          const answer = await ask();
          watch.note(credential, false, now());
          tell("ok", startedAt);
          return answer;
        } catch (error) {
          const failure = error instanceof ProviderFailure ? error : null;
          const meetsAll = watch.note(credential, isRateLimit(failure), now());
          tell(failure?.kind ?? "error", startedAt);
          throw failure !== null && meetsAll ? ofProvider(failure) : error;
        }
      },
      { priority },
    );
  }

  return {
    description: provider.description,
    searchInstitutions: (search, countMax) =>
      limited("searchInstitutions", null, () => provider.searchInstitutions(search, countMax)),
    findInstitution: (id) => limited("findInstitution", null, () => provider.findInstitution(id)),
    startConsent: (request) => limited("startConsent", null, () => provider.startConsent(request)),
    completeConsent: (flow) =>
      limited("completeConsent", null, () => provider.completeConsent(flow)),
    fetchConnection: (credential) =>
      limited("fetchConnection", credential, () => provider.fetchConnection(credential)),
    fetchAccounts: (credential) =>
      limited("fetchAccounts", credential, () => provider.fetchAccounts(credential)),
    fetchPage: (credential, request) =>
      limited("fetchPage", credential, () => provider.fetchPage(credential, request)),
    refresh: (credential) => limited("refresh", credential, () => provider.refresh(credential)),
    revoke: (credential) => limited("revoke", credential, () => provider.revoke(credential)),
    verifyWebhook: (delivery) => provider.verifyWebhook(delivery),
    translateWebhook: (delivery) => provider.translateWebhook(delivery),
  };
}

function isRateLimit(failure: ProviderFailure | null): boolean {
  return failure !== null && failure.retryAt !== null && failure.wire?.httpStatus === 429;
}

function ofProvider({ kind, message, detail, retryAt, wire }: ProviderFailure): ProviderFailure {
  return new ProviderFailure({ kind, message, detail }, retryAt, wire, "provider");
}

function tooMuch(): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "Too much waits for this provider just now.",
    detail: `${waitingMax} calls are waiting`,
  });
}
