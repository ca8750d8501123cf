import { EventEmitter } from "node:events";
import {
  type JobHelpers,
  Logger,
  makeWorkerUtils,
  parseCronItems,
  run,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import type { App } from "../app.ts";
import { careForAccounting } from "../features/accounting/care-for-accounting.ts";
import { performCheck } from "../features/accounting/checks/perform-check.ts";
import { unlinkAccounting } from "../features/accounting/disconnect-accounting-connection.ts";
import { pullDocuments } from "../features/accounting/documents/pull-documents.ts";
import { handlePlatformWebhook } from "../features/accounting/handle-webhook.ts";
import { lookAtAccounting } from "../features/accounting/look-at-accounting.ts";
import { performPayments } from "../features/accounting/payments/perform-payments.ts";
import { followPush } from "../features/accounting/push/follow-push.ts";
import { performPush } from "../features/accounting/push/perform-push.ts";
import { reviewAllStatements } from "../features/accounts/review-all-statements.ts";
import { careForConnection } from "../features/connections/care-for-connection.ts";
import { careForConnections } from "../features/connections/care-for-connections.ts";
import { handleWebhook } from "../features/connections/handle-webhook.ts";
import { revokeConsent } from "../features/connections/revoke-consent.ts";
import { scheduleSync } from "../features/connections/schedule-sync.ts";
import { syncConnection } from "../features/connections/sync-connection.ts";
import { matchTransactions } from "../features/reconciliation/match-transactions.ts";
import { replayMatching } from "../features/replays/replay-matching.ts";
import { giveUpUpload } from "../features/statements/give-up-upload.ts";
import { readImport } from "../features/statements/read-import.ts";
import { writeImport } from "../features/statements/write-import.ts";
import { Lanes, laneLimits } from "./lanes.ts";
import { Liveness } from "./liveness.ts";
import type { Jobs, JobTry } from "./queue.ts";

/** One line for each job: its name and the operation that it calls. */
export function handlers(app: App): {
  [Name in keyof Jobs]: (job: Jobs[Name], attempt: JobTry) => Promise<void>;
} {
  return {
    syncConnection: (job) => syncConnection(app, job),
    scheduleSync: (job) => scheduleSync(app, job),
    handleWebhook: (job) => handleWebhook(app, job),
    matchTransactions: (job, attempt) => matchTransactions(app, job, attempt),
    replayMatching: (job, attempt) => replayMatching(app, job, attempt),
    revokeConsent: (job) => revokeConsent(app, job),
    careForConnections: () => careForConnections(app),
    careForConnection: (job) => careForConnection(app, job),
    readImport: (job, attempt) => readImport(app, job, attempt),
    writeImport: (job, attempt) => writeImport(app, job, attempt),
    giveUpUpload: (job) => giveUpUpload(app, job),
    reviewStatements: () => reviewAllStatements(app),
    pushFeed: (job) => performPush(app, job),
    followPush: (job) => followPush(app, job),
    checkFeed: (job) => performCheck(app, job),
    lookAtAccounting: (job) => lookAtAccounting(app, job),
    unlinkAccounting: (job, attempt) => unlinkAccounting(app, job, attempt),
    pullDocuments: (job) => pullDocuments(app, job),
    sendPayments: (job) => performPayments(app, job),
    handlePlatformWebhook: (job) => handlePlatformWebhook(app, job),
    careForAccounting: () => careForAccounting(app),
  };
}

/** NOTIFY wakes a worker at once; looking by itself is for jobs whose time has come. */
const pollMs = 1_000;
/** Every sync names a queue; empty ones are swept up now and then. */
const sweepMs = 60 * 60_000;
/**
 * Once over all processes. Graphile Worker's own clock and not a job that queues the next: such a chain
 * is broken by the one that fails for good or is lost with a restored backup, and nothing would take it up again.
 */
const recurring = [
  {
    task: "careForConnections",
    match: "* * * * *",
    identifier: "careForConnections",
    options: { jobKey: "careForConnections", maxAttempts: 1 },
  },
  {
    task: "careForAccounting",
    match: "* * * * *",
    identifier: "careForAccounting",
    options: { jobKey: "careForAccounting", maxAttempts: 1 },
  },
  {
    // In each time zone the day begins at another hour, or half of one.
    task: "reviewStatements",
    match: "2,32 * * * *",
    identifier: "reviewStatements",
    options: { jobKey: "reviewStatements", maxAttempts: 1 },
  },
];

/**
 * Works off the queue until it is stopped. Several processes may: each job goes to one of them, and those of a process
 * that died go to the others within seconds.
 */
export async function startWorker(app: App): Promise<{ stop(): Promise<void> }> {
  const liveness = await Liveness.open(app);
  const events: WorkerEvents = new EventEmitter();
  // Emitted before the pool asks for its first job, and its jobs wait until the lock is held.
  events.on("pool:create", ({ workerPool }) => liveness.begin(workerPool.id));
  const lanes = watchedLanes(app, events);
  const runner = await run({
    pgPool: app.database.pool,
    concurrency: app.config.workerConcurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    // Said here: otherwise a file named crontab in the current folder would be read.
    parsedCronItems: parseCronItems(recurring),
    forbiddenFlags: () => lanes.fetch(),
    logger: loggerOf(app),
    events,
    taskList: taskList(app, () => liveness.begun()),
  });
  // A connection that cannot be renewed ends the pool; the process then serves on, and says so.
  runner.promise.catch((error: unknown) => app.log.error({ err: error }, "The worker has stopped"));
  const sweep = setInterval(() => void sweepQueues(app), sweepMs);
  return {
    stop: async () => {
      clearInterval(sweep);
      await runner.stop().catch(() => {});
      await liveness.close();
    },
  };
}

/** Lanes that follow what the pool does. A fetch that asks for the flags ends in exactly one of the three events. */
function watchedLanes(app: App, events: WorkerEvents): Lanes {
  const outside = [...app.providers.all(), ...app.platforms.all()];
  const names = outside.map(({ description }) => description.name);
  const lanes = new Lanes(laneLimits(app.config.workerConcurrency, names));
  events.on("worker:getJob:empty", () => lanes.fetched());
  events.on("worker:getJob:error", () => lanes.fetched());
  events.on("job:start", ({ job }) => {
    lanes.fetched();
    lanes.started(Object.keys(job.flags ?? {}));
  });
  events.on("job:complete", ({ job }) => lanes.ended(Object.keys(job.flags ?? {})));
  return lanes;
}

/** The handlers as Graphile Worker calls them. `ready` holds each back until it may run. */
export function taskList(app: App, ready: () => Promise<void> = async () => {}): TaskList {
  const tasks = Object.entries(handlers(app)) as [
    string,
    (job: unknown, attempt: JobTry) => Promise<void>,
  ][];
  return Object.fromEntries(
    tasks.map(([name, handle]) => [
      name,
      async (payload: unknown, { job }: JobHelpers) => {
        await ready();
        await handle(payload, { last: job.attempts >= job.max_attempts });
      },
    ]),
  );
}

/** Graphile Worker's own words go to the log, a failed job's payload not: ids are in the job's table. */
function loggerOf(app: App): Logger {
  return new Logger(() => (level, message) => {
    if (level === "error") app.log.error(message);
    else if (level === "warning") app.log.warn(message);
    else app.log.debug(message);
  });
}

async function sweepQueues(app: App): Promise<void> {
  try {
    const utils = await makeWorkerUtils({ pgPool: app.database.pool, logger: loggerOf(app) });
    await utils.cleanup({ tasks: ["GC_JOB_QUEUES"] });
    await utils.release();
  } catch (error) {
    app.log.warn({ err: error }, "Empty job queues could not be swept up");
  }
}
