import PQueue from "p-queue";
import { type AccountingPlatform, PlatformFailure } from "./platform.ts";

/** One call of a platform's operation, when it is over. Holds nothing of what was said. */
export interface PlatformCall {
  readonly platform: string;
  readonly operation: PlatformOperation;
  readonly outcome: "ok" | PlatformFailure["kind"] | "not_asked" | "error";
  readonly seconds: number;
}

/** Those that ask the platform. Webhooks are verified outside: they must be answered at once. */
export type PlatformOperation = Exclude<
  keyof AccountingPlatform,
  "description" | "verifyWebhook" | "translateWebhook"
>;

export interface PlatformLimitOptions {
  /** Told of each call. */
  readonly onCall?: (call: PlatformCall) => void;
  /** After which what would change the books is not asked for any more. */
  readonly waitMsMax?: number;
}

/** Platforms count by the minute; a sliding window of this length lets a long push begin with a run. */
const windowMs = 10_000;
/** A platform that hangs holds this many calls at most. */
const callsMax = 32;
const waitingMax = 2_000;
/**
 * What changes the books is not asked for after waiting this long: by then whoever asked may have been taken for dead,
 * and another may have found that nothing arrived. With the request's own time it stays below what is waited before
 * a batch that is not found goes out again.
 */
const staleMs = 20_000;

const writing: ReadonlySet<PlatformOperation> = new Set<PlatformOperation>(["push", "sendPayment"]);

/** A person waits for these; the others are jobs. */
const interactive: ReadonlySet<PlatformOperation> = new Set<PlatformOperation>([
  "startLink",
  "fetchLink",
  "listTargets",
  "openFeed",
]);

/**
 * The platform behind what it takes from this installation: so many operations a second in this process, a bounded
 * number at one time and a bounded number waiting, those that a person waits for first.
 */
export function withPlatformLimits(
  platform: AccountingPlatform,
  { onCall, waitMsMax = staleMs }: PlatformLimitOptions = {},
): AccountingPlatform {
  const { name, requestsPerSecondMax } = platform.description;
  const queue = new PQueue({
    concurrency: callsMax,
    interval: windowMs,
    intervalCap: Math.max(1, Math.floor((requestsPerSecondMax * windowMs) / 1_000)),
    strict: true,
  });

  async function limited<Answer>(
    operation: PlatformOperation,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = performance.now();
    const tell = (outcome: PlatformCall["outcome"], since: number) =>
      onCall?.({
        platform: name,
        operation,
        outcome,
        seconds: (performance.now() - since) / 1_000,
      });
    if (queue.size >= waitingMax) {
      tell("not_asked", startedAt);
      throw tooMuch();
    }
    const priority = interactive.has(operation) ? 1 : 0;
    return queue.add(
      async () => {
        const askedAt = performance.now();
        if (writing.has(operation) && askedAt - startedAt > waitMsMax) {
          tell("not_asked", startedAt);
          throw tooMuch();
        }
        try {
          const answer = await ask();
          tell("ok", askedAt);
          return answer;
        } catch (error) {
          tell(error instanceof PlatformFailure ? error.kind : "error", askedAt);
          throw error;
        }
      },
      { priority },
    );
  }

  return {
    description: platform.description,
    startLink: (request) => limited("startLink", () => platform.startLink(request)),
    fetchLink: (link, state) => limited("fetchLink", () => platform.fetchLink(link, state)),
    placeOf: (link) => platform.placeOf(link),
    unlink: (link) => limited("unlink", () => platform.unlink(link)),
    listTargets: (link) => limited("listTargets", () => platform.listTargets(link)),
    openFeed: (link, request) => limited("openFeed", () => platform.openFeed(link, request)),
    fetchFeeds: (link, placed) => limited("fetchFeeds", () => platform.fetchFeeds(link, placed)),
    closeFeed: (link, id) => limited("closeFeed", () => platform.closeFeed(link, id)),
    push: (link, batch) => limited("push", () => platform.push(link, batch)),
    fetchPush: (link, key) => limited("fetchPush", () => platform.fetchPush(link, key)),
    findPushes: (link, id, since) =>
      limited("findPushes", () => platform.findPushes(link, id, since)),
    readLines: (link, request) => limited("readLines", () => platform.readLines(link, request)),
    readDocuments: (link, request) =>
      limited("readDocuments", () => platform.readDocuments(link, request)),
    sendPayment: (link, payment) =>
      limited("sendPayment", () => platform.sendPayment(link, payment)),
    findPayment: (link, payment, since) =>
      limited("findPayment", () => platform.findPayment(link, payment, since)),
    verifyWebhook: (delivery) => platform.verifyWebhook(delivery),
    translateWebhook: (body) => platform.translateWebhook(body),
  };
}

function tooMuch(): PlatformFailure {
  return new PlatformFailure({
    kind: "temporary",
    message: "Too much waits for this platform just now.",
    detail: "too many calls are waiting",
  });
}
