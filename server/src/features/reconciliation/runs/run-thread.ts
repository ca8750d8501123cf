/** Runs in a thread of its own: performs one run over its own connections, answers, and ends. See run-in-thread.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "../../../db/client.ts";
import { onCommitted } from "../../../events/signal.ts";
import { performRun } from "./perform-run.ts";
import type { ThreadMessage, ThreadTask } from "./run-in-thread.ts";
import { RunOvertaken } from "./run-overtaken.ts";

const connectionsMax = 2;

const { databaseUrl, run, now } = workerData as ThreadTask;
const begun = performance.now();
const answer = (message: ThreadMessage) => parentPort?.postMessage(message);
const database = openDatabase({ url: databaseUrl, poolSizeMax: connectionsMax });
onCommitted(() => answer({ kind: "committed" }));
try {
  const clock = () => new Date(now + (performance.now() - begun));
  const outcome = await performRun({ database, now: clock }, run, (progress) =>
    answer({ kind: "progress", progress }),
  );
  answer({ kind: "done", outcome });
} catch (error) {
  if (!(error instanceof RunOvertaken)) throw error;
  answer({ kind: "overtaken" });
} finally {
  await database.close();
}
