import { Worker } from "node:worker_threads";
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
 * @throws when the thread fails, or takes longer than its bound
 */
export function replayInThread(
  task: ReplayTask,
  tell: (share: number) => void,
): Promise<StoredResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./replay-thread.mjs", import.meta.url), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    const timer = setTimeout(() => {
      reject(new Error("a replay took longer than it may"));
      void worker.terminate();
    }, replayMsMax);
    worker.on("message", (message: ReplayMessage) => {
      if (message.kind === "progress") tell(message.share);
      else resolve(message.result);
    });
    worker.once("error", reject);
    worker.once("exit", (code) => {
      clearTimeout(timer);
      // Of no effect after an answer or an error, which come first.
      reject(new Error(`the thread of a replay ended with ${code}`));
    });
  });
}
