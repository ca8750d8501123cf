import { Worker } from "node:worker_threads";
import { ThreadFailed } from "../reconciliation/runs/run-in-thread.ts";
import type { ReplaySubject, StoredResult } from "./match-replay.ts";

/** What the thread is given. */
export interface ReplayTask {
  readonly databaseUrl: string;
  readonly organisationId: string;
  readonly subject: ReplaySubject;
}

export type ReplayMessage =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "done"; readonly result: StoredResult };

/** The thread's share of memory: past it the replay fails, and not the server. */
const heapMbMax = 4_096;
const replayMsMax = 30 * 60_000;

/**
 * Performs a replay in a thread with a heap and database connections of its own, so that nothing that the process
 * serves waits for it.
 * @throws ThreadFailed, or what the replay throws
 */
export function replayInThread(
  task: ReplayTask,
  tell: (share: number) => void,
  options: { heapMbMax?: number } = {},
): Promise<StoredResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./replay-thread.mjs", import.meta.url), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.heapMbMax ?? heapMbMax },
    });
    const timer = setTimeout(() => {
      reject(new ThreadFailed("TOO_LONG"));
      void worker.terminate();
    }, replayMsMax);
    worker.on("message", (message: ReplayMessage) => {
      if (message.kind === "progress") tell(message.share);
      else resolve(message.result);
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
