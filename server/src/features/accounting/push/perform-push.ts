import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../../app.ts";
import { utcDay } from "../../../core/dates.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { PushJob } from "../../../jobs/queue.ts";
import { enqueueCheck } from "../checks/enqueue-check.ts";
import {
  beginOperation,
  ConnectionUnsettled,
  type PlannedBatch,
  PlanOutdated,
  type PushReason,
} from "./begin-operation.sql.ts";
import { enqueuePush } from "./enqueue-push.ts";
import { followOperation, looksAtOnceMs } from "./follow-operation.ts";
import { loadDueLines } from "./load-due-lines.sql.ts";
import { loadPushContext, type PushContext } from "./push-context.ts";
import {
  findUnderWay,
  type PushOperationRow,
  PushOvertaken,
  takeOperation,
} from "./push-operation.ts";
import type { PushProgress } from "./push-progress.ts";
import { readWords } from "./read-words.sql.ts";
import { sendOperation } from "./send-operation.ts";
import { settleLeftBehind } from "./settle-left-behind.ts";

/** Batches of one job; the next job goes on behind them, so that others get their turn. */
const batchesOfJobMax = 25;
/** Lines that change all the time: the push begins anew so often, then leaves it to a later one. */
const plansMax = 20;

export interface PushPace {
  /** The pauses between the first looks at a batch. */
  readonly looksMs: readonly number[];
}

const usualPace: PushPace = { looksMs: looksAtOnceMs };

/**
 * The job: settles what is under way, then sends what is due, batch by batch, each when the one before it has ended. A
 * batch is written down before it is sent and its answer after; what a crash leaves between the two is looked up by the
 * next attempt.
 */
export async function performPush(
  app: App,
  job: PushJob,
  pace: PushPace = usualPace,
): Promise<void> {
  const context = await loadPushContext(app, job.organisationId, job.feedId);
  if (context === null) return;
  try {
    const left = await takeUnderWay(app, context);
    const ended = left && (await followOperation(app, context, left, pace.looksMs)).outcome;
    if (ended === "waiting") return;
    if (isOpen(context) && !(await settleLeftBehind(app, context))) {
      return await goOn(app, context, reasonOf(job), leftBehindMs);
    }
    await pushDue(app, context, reasonOf(job), { sent: ended === "success", pace });
  } catch (error) {
    if (!(error instanceof PushOvertaken)) throw error;
    app.log.warn({ feedId: job.feedId }, "a push was overtaken");
  }
}

/**
 * Sends what is due, batch by batch.
 * @param options sent: a batch before it has ended well, so that there is something to check in any case
 * @throws PushOvertaken
 */
export async function pushDue(
  app: App,
  given: PushContext,
  reason: PushReason,
  { sent, pace = usualPace }: { sent: boolean; pace?: PushPace },
): Promise<void> {
  let planned: Planned | null = null;
  let plans = 0;
  for (let batches = 0; batches < batchesOfJobMax; ) {
    if (planned === null) {
      plans += 1;
      if (plans > plansMax) return goOn(app, given, reason, afterOthersMs);
      planned = await plan(app, given.organisationId, given.feed.id, reason);
    }
    const batch = planned?.batches.shift();
    if (planned === null || batch === undefined) {
      return sent || batches > 0 ? checkSoon(app, given) : undefined;
    }
    try {
      const progress = await pushBatch(app, planned.context, batch, reason, pace);
      if (progress !== "success") return;
      batches += 1;
    } catch (error) {
      if (error instanceof ConnectionUnsettled) return goOn(app, given, reason, afterOthersMs);
      if (!(error instanceof PlanOutdated)) throw error;
      planned = null;
    }
  }
  // Behind whoever waits for the connection.
  return goOn(app, given, reason, 0);
}

interface Planned {
  readonly context: PushContext;
  readonly batches: PlannedBatch[];
}

/** Null where nothing may be sent now. */
async function plan(
  app: App,
  organisationId: string,
  feedId: string,
  { trigger }: PushReason,
): Promise<Planned | null> {
  const context = await loadPushContext(app, organisationId, feedId);
  if (context === null || !isOpen(context)) return null;
  const { feed, opened } = context;
  const { rules } = opened.package;
  const today = utcDay(app.now());
  const due = await readAsOrganisation(app.database, organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
    return loadDueLines(sql, feed, rules, today, batchesOfJobMax);
  });
  // What the package refused waits for a person, and what follows it for its turn.
  if (due.rejected > 0 && trigger !== "manual" && trigger !== "retry") return null;
  const { batches, reconciledIds, seq } = due;
  return { context, batches: batches.map((lines) => ({ lines, reconciledIds, seq })) };
}

const loadingMsMax = 2 * 60_000;

function isOpen({ feed, connection }: PushContext): boolean {
  return connection.status === "linked" && feed.status === "connected";
}

async function pushBatch(
  app: App,
  context: PushContext,
  planned: PlannedBatch,
  reason: PushReason,
  { looksMs }: PushPace,
): Promise<PushProgress["outcome"]> {
  const begun = { attempt: newId(), at: app.now() };
  const { feed, opened } = context;
  const written = await asOrganisation(app.database, context.organisationId, async (tx) => {
    const lines = await readWords(tx, feed, opened.package.rules, planned.lines);
    const batch = { ...planned, lines };
    return { batch, operation: await beginOperation(tx, context, batch, reason, begun) };
  });
  const { operation, batch } = written;
  if (operation === null) return "waiting";
  const sent = await sendOperation(app, context, operation, {
    ...{ writtenAt: performance.now(), batch },
  });
  const [first, ...rest] = looksMs;
  const { outcome, operation: accepted } = sent;
  if (outcome !== "waiting" || accepted.status !== "pending" || first === undefined) return outcome;
  await wait(first);
  return (await followOperation(app, context, accepted, rest)).outcome;
}

function takeUnderWay(
  app: App,
  { organisationId, feed }: PushContext,
): Promise<PushOperationRow | null> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const left = await findUnderWay(tx, feed.id);
    return left && takeOperation(tx, left.id, newId());
  });
}

function reasonOf({ trigger, by, retryOf = undefined }: PushJob): PushReason {
  return { trigger, by, retryOf: retryOf ?? null };
}

/** What another feed is about, or what changes a line, takes its time. */
const afterOthersMs = 2_000;
const leftBehindMs = 60_000;

function goOn(
  app: App,
  { organisationId, feed }: PushContext,
  { trigger, by }: PushReason,
  afterMs: number,
): Promise<void> {
  const runAt = new Date(app.now().getTime() + afterMs);
  return asOrganisation(app.database, organisationId, (tx) =>
    enqueuePush(tx, feed.id, { trigger, by, ...(afterMs > 0 && { runAt }) }),
  );
}

function checkSoon(app: App, context: PushContext): Promise<void> {
  if (!context.opened.package.readsBack) return Promise.resolve();
  return asOrganisation(app.database, context.organisationId, (tx) =>
    enqueueCheck(tx, context.feed.id, { now: app.now(), again: 0 }),
  );
}
