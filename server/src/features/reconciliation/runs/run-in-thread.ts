import { Worker } from "node:worker_threads";
import type { App } from "../../../app.ts";
import { signalCommitted } from "../../../events/signal.ts";
import type { BegunRun } from "./begin-run.ts";
import { RunOvertaken } from "./run-overtaken.ts";
import type { RunShare } from "./run-progress.ts";
import type { RunOutcome } from "./write-as-decided.ts";

/** What the thread is given. */
export interface ThreadTask {
  readonly databaseUrl: string;
  readonly run: BegunRun;
  /** The clock as it stands: the thread counts on from here. */
  readonly now: number;
}

export type ThreadMessage =
  | { readonly kind: "progress"; readonly progress: RunShare }
  /** The organisation's event log has grown: signals do not leave their thread. */
  | { readonly kind: "committed" }
  | { readonly kind: "done"; readonly outcome: RunOutcome }
  | { readonly kind: "overtaken" };

/** The thread's share of memory: past it the run fails, and not the server. */
const heapMbMax = 4_096;
/** A run that takes longer is ended; the job's next attempt goes on with what is still open. */
const runMsMax = 30 * 60_000;

/** The thread has ended without an answer. */
export class ThreadFailed extends Error {
  override readonly name = "ThreadFailed";
  readonly code: "OUT_OF_MEMORY" | "TOO_LONG" | "ENDED";

  constructor(code: ThreadFailed["code"], cause?: unknown) {
    super(`the thread of a matching run ended: ${code}`, { cause });
    this.code = code;
  }
}

/**
 * Performs a run in a thread with a heap and database connections of its own, so that neither loading nor deciding nor
 * writing holds the server up.
 * @throws RunOvertaken, ThreadFailed, or what the run throws
 */
export function runInThread(
  app: App,
  run: BegunRun,
  tell: (progress: RunShare) => void,
  options: { heapMbMax?: number } = {},
): Promise<RunOutcome> {
  const task: ThreadTask = { databaseUrl: app.config.databaseUrl, run, now: app.now().getTime() };
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./run-thread.mjs", import.meta.url), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.heapMbMax ?? heapMbMax },
    });
    const timer = setTimeout(() => {
      reject(new ThreadFailed("TOO_LONG"));
      void worker.terminate();
    }, runMsMax);
    worker.on("message", (message: ThreadMessage) => {
      if (message.kind === "progress") tell(message.progress);
      else if (message.kind === "committed") signalCommitted(run.organisationId);
      else if (message.kind === "done") resolve(message.outcome);
      else reject(new RunOvertaken());
    });
    worker.once("error", (error: NodeJS.ErrnoException) => {
      const memory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      reject(memory ? new ThreadFailed("OUT_OF_MEMORY", error) : error);
    });
    worker.once("exit", () => {
      clearTimeout(timer);
      // Of no effect after an answer or an error, which come first.
      reject(new ThreadFailed("ENDED"));
    });
  });
}
