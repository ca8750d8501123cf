/**
 * An accounting platform in memory that fulfils the contract and can fail in every way and order, also those that HTTP
 * cannot be made to produce. What it has taken is kept as books would: `arrived`, in the order in which it came.
 */
import { localDate } from "../../server/src/core/dates.ts";
import {
  type AccountingPlatform,
  type ArrivedLine,
  type DocumentsPage,
  type FeedState,
  type FoundPush,
  type LinkState,
  type PackageDescription,
  PlatformFailure,
  type PlatformPayment,
  type PushBatch,
  type PushState,
} from "../../server/src/platforms/platform.ts";

/** What becomes of one call to push. */
export type PushFault =
  /** Taken; success when it is asked for, after so many looks. */
  | { kind: "taken"; looks?: number }
  /** Refused for now: nothing of it is there. */
  | { kind: "busy"; retryAt?: Date }
  /** The answer is lost; it was taken all the same, or not. */
  | { kind: "lost"; taken: boolean; looks?: number }
  /** The access is gone. */
  | { kind: "unauthorised" }
  /** Taken, then found wanting: these lines are named. */
  | { kind: "rejected"; lineIds: readonly string[]; message?: string }
  /** Taken, then failed for no fault of its lines. */
  | { kind: "failed"; retryable: boolean }
  /** The platform gives up on it, having written all, none, or the first of its lines. */
  | { kind: "timed_out"; arrived: "all" | "none" | "first" }
  /** The process ends here: before the request, or before the answer is recorded. */
  | { kind: "crash"; taken: boolean };

/** Ends the job as a kill would: nothing that follows it in the same attempt runs. */
export class Killed extends Error {
  override readonly name = "Killed";
}

interface StoredPush {
  readonly feedExternalId: string;
  readonly reference: string;
  readonly lineIds: readonly string[];
  readonly lines: PushBatch["lines"];
  readonly requestedAt: Date;
  state: PushState;
  /** Looks until it ends. */
  looks: number;
  end: PushState;
}

export interface FakePlatform extends AccountingPlatform {
  /** The next calls to push, in order; then all are taken. */
  readonly faults: PushFault[];
  /** Calls that find the platform away, whichever they are. */
  readonly away: { calls: number };
  /** Lines as the books have them. */
  readonly arrived: (ArrivedLine & { feedExternalId: string })[];
  readonly payments: PlatformPayment[];
  readonly pushes: StoredPush[];
  readonly calls: string[];
  link: LinkState;
  documents: DocumentsPage["documents"];
  /** Invoices that its adapter could not make sense of. */
  documentProblems: DocumentsPage["problems"];
  /** What a new feed becomes at once. */
  feedStatus: FeedState["status"];
  readonly feeds: FeedState[];
}

export interface FakePlatformOptions {
  name?: string;
  now: () => Date;
  package?: Partial<PackageDescription>;
  /** False: pushes are listed without the ids of their lines. */
  tellsLineIds?: boolean;
  /** False: the books give their own ids alone. */
  keepsLineIds?: boolean;
}

export function createFakePlatform(options: FakePlatformOptions): FakePlatform {
  const { now, tellsLineIds = true, keepsLineIds = true } = options;
  let counter = 0;
  /** Payments that it takes and then gives up on. */
  const givenUp = new Set<string>();
  const key = () => `key-${++counter}`;
  const temporary = (detail: string, more: { retryAt?: Date; outcomeUnknown?: boolean } = {}) =>
    new PlatformFailure(
      { kind: "temporary", message: "The platform is busy.", detail },
      { retryAt: more.retryAt ?? null, outcomeUnknown: more.outcomeUnknown ?? false },
    );
  const called = (what: string) => {
    platform.calls.push(what);
    if (platform.away.calls > 0) {
      platform.away.calls -= 1;
      throw temporary("away");
    }
  };
  const stateOf = (status: PushState["status"], more: Partial<PushState> = {}): PushState => ({
    externalKey: "",
    status,
    problem: null,
    retryable: false,
    lineProblems: [],
    completedAt: status === "pending" ? null : now(),
    ...more,
  });
  const write = (batch: PushBatch, lines: PushBatch["lines"]) => {
    for (const line of lines) {
      platform.arrived.push({
        feedExternalId: batch.feedExternalId,
        externalId: `there-${++counter}`,
        lineId: keepsLineIds ? line.id : null,
        bookedOn: line.bookedOn,
        amountMinor: line.amountMinor,
        balanceMinor: line.balanceMinor,
        description: line.description,
      });
    }
  };
  const store = (batch: PushBatch, looks: number, end: PushState): PushState => {
    const externalKey = key();
    const push: StoredPush = {
      feedExternalId: batch.feedExternalId,
      reference: batch.reference,
      lineIds: batch.lines.map(({ id }) => id),
      lines: batch.lines,
      requestedAt: now(),
      state: stateOf("pending", { externalKey }),
      looks,
      end: { ...end, externalKey },
    };
    if (looks === 0) push.state = push.end;
    platform.pushes.push(push);
    return push.state;
  };
  const take = (batch: PushBatch, looks = 1) => {
    write(batch, batch.lines);
    return store(batch, looks, stateOf("success"));
  };
  const answer = (batch: PushBatch, fault: PushFault): PushState => {
    switch (fault.kind) {
      case "taken":
        return take(batch, fault.looks);
      case "busy":
        throw temporary("429", fault.retryAt ? { retryAt: fault.retryAt } : {});
      case "lost":
        if (fault.taken) take(batch, fault.looks);
        throw temporary("timed out", { outcomeUnknown: true });
      case "unauthorised":
        throw new PlatformFailure({
          ...{ kind: "user_action_needed", message: "Access was taken away.", detail: "403" },
        });
      case "rejected": {
        const lineProblems = fault.lineIds.map((lineId) => ({
          ...{ lineId, severity: "error" as const, rule: "test" },
          message: fault.message ?? "The description is too odd.",
        }));
        return store(batch, 1, stateOf("failed", { problem: "It was refused.", lineProblems }));
      }
      case "failed": {
        const { retryable } = fault;
        return store(batch, 1, stateOf("failed", { problem: "Something broke.", retryable }));
      }
      case "timed_out": {
        const { arrived } = fault;
        write(
          batch,
          arrived === "all" ? batch.lines : batch.lines.slice(0, arrived === "first" ? 1 : 0),
        );
        return store(batch, 1, stateOf("timed_out"));
      }
      case "crash":
        if (fault.taken) take(batch);
        throw new Killed("killed");
    }
  };
  const platform: FakePlatform = {
    description: {
      name: options.name ?? "fake",
      label: "Fake Books",
      packages: [
        {
          name: "books",
          label: "Books",
          connectionMethod: "Sign in to Books.",
          mapsThere: false,
          readsBack: true,
          hasDocuments: true,
          takesPayments: true,
          rules: {
            batchLinesMax: 100,
            needsBalance: false,
            refusesOlderThanLast: false,
            daysBackMax: 365,
            descriptionCharactersMax: 200,
          },
          ...options.package,
        },
      ],
      requestsPerSecondMax: 100,
      supportsWebhooks: true,
      isSandbox: true,
    },
    faults: [],
    away: { calls: 0 },
    arrived: [],
    payments: [],
    pushes: [],
    calls: [],
    link: {
      status: "pending",
      companyName: null,
      nextUrl: "https://link.example/start",
      reason: null,
    },
    documents: [],
    documentProblems: [],
    feedStatus: "connected",
    feeds: [],

    async startLink(request) {
      called("startLink");
      return {
        kind: "hosted",
        companyExternalId: `company-${request.connectionReference}`,
        externalId: `connection-${request.connectionReference}`,
        url: `https://link.example/start?state=${request.state}`,
      };
    },
    async fetchLink() {
      called("fetchLink");
      return platform.link;
    },
    placeOf: () => null,
    async unlink() {
      called("unlink");
    },
    async listTargets() {
      called("listTargets");
      return [
        {
          ...{ externalId: "target-1", name: "Business account", number: "1200", currency: "GBP" },
          ...{ kind: "debit", balanceMinor: 0n },
        },
        {
          ...{ externalId: "target-2", name: "Euro account", number: "1210", currency: "EUR" },
          ...{ kind: "debit", balanceMinor: 0n },
        },
      ];
    },
    async openFeed(_, request) {
      called("openFeed");
      const known = platform.feeds.find(({ externalId }) => externalId === request.externalId);
      if (known) return known;
      const { target } = request;
      const state: FeedState = {
        externalId: request.externalId,
        status: platform.feedStatus,
        targetExternalId: target?.kind === "existing" ? target.externalId : `new-${++counter}`,
        targetName: target?.kind === "new" ? target.name : "Business account",
        feedStartOn: null,
        reason: null,
      };
      platform.feeds.push(state);
      return state;
    },
    async fetchFeeds() {
      called("fetchFeeds");
      return [...platform.feeds];
    },
    async closeFeed(_, feedExternalId) {
      called("closeFeed");
      const at = platform.feeds.findIndex(({ externalId }) => externalId === feedExternalId);
      if (at >= 0) platform.feeds.splice(at, 1);
    },
    async push(_, batch) {
      called("push");
      return answer(batch, platform.faults.shift() ?? { kind: "taken" });
    },
    async fetchPush(_, externalKey) {
      called("fetchPush");
      if (givenUp.has(externalKey)) return stateOf("timed_out", { externalKey });
      const push = platform.pushes.find(({ end }) => end.externalKey === externalKey);
      if (!push) return null;
      push.looks -= 1;
      if (push.looks <= 0) push.state = push.end;
      return push.state;
    },
    async findPushes(_, feedExternalId, since) {
      called("findPushes");
      return platform.pushes
        .filter((push) => push.feedExternalId === feedExternalId && push.requestedAt >= since)
        .map(
          ({ state, requestedAt, lineIds }): FoundPush => ({
            ...{ state, requestedAt },
            lineIds: tellsLineIds ? lineIds : null,
          }),
        );
    },
    async readLines(_, request) {
      called("readLines");
      const pageLines = 700;
      const start = Number(request.cursor ?? 0);
      const all = platform.arrived.filter(
        (line) => line.feedExternalId === request.feedExternalId && line.bookedOn >= request.from,
      );
      const end = start + pageLines;
      return { lines: all.slice(start, end), next: end < all.length ? String(end) : null };
    },
    async readDocuments(_, { kind, modifiedSince }) {
      called("readDocuments");
      const documents = platform.documents.filter(
        (document) =>
          document.kind === kind &&
          (modifiedSince === null || (document.modifiedAt ?? now()) >= modifiedSince),
      );
      const problems = kind === "invoice" ? platform.documentProblems : [];
      return { documents, problems, next: null };
    },
    async sendPayment(_, payment) {
      called("sendPayment");
      const fault = platform.faults.shift();
      const book = () => platform.payments.push(payment);
      switch (fault?.kind) {
        case "busy":
          throw temporary("429", fault.retryAt ? { retryAt: fault.retryAt } : {});
        case "unauthorised":
          throw new PlatformFailure({
            ...{ kind: "user_action_needed", message: "Access was taken away.", detail: "403" },
          });
        case "lost":
          if (fault.taken) book();
          throw temporary("timed out", { outcomeUnknown: true });
        case "crash":
          if (fault.taken) book();
          throw new Killed("killed");
        case "failed":
          return stateOf("failed", { externalKey: key(), problem: "The period is closed." });
        case "timed_out": {
          if (fault.arrived === "all") book();
          const externalKey = `payment-${payment.externalId}`;
          givenUp.add(externalKey);
          return stateOf("pending", { externalKey });
        }
        default:
          book();
          return stateOf("success", { externalKey: `payment-${payment.externalId}` });
      }
    },
    async findPayment(_, { externalId }) {
      called("findPayment");
      const externalKey = `payment-${externalId}`;
      const booked = platform.payments.some((payment) => payment.externalId === externalId);
      if (booked) return stateOf("success", { externalKey });
      return givenUp.has(externalKey) ? stateOf("timed_out", { externalKey }) : null;
    },
    async verifyWebhook(delivery) {
      const text = delivery.body.toString("utf8");
      if (delivery.headers.signature !== "good") return { kind: "refused", reason: "forged" };
      const { id, company } = JSON.parse(text) as { id: string; company: string };
      return { kind: "genuine", deliveryKey: id, companyExternalId: company, what: "test" };
    },
    translateWebhook(body) {
      const { fact } = body as { fact: ReturnType<AccountingPlatform["translateWebhook"]> };
      return fact;
    },
  };
  return platform;
}

export const feedStart = localDate("2026-08-01");
