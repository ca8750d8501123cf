/** Runs in a thread of its own: performs one replay over its own connections, answers, and ends. See replay-in-thread.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "../../db/client.ts";
import { performReplay } from "./perform-replay.ts";
import type { ReplayMessage, ReplayTask } from "./replay-in-thread.ts";

const { databaseUrl, organisationId, subject } = workerData as ReplayTask;
const answer = (message: ReplayMessage) => parentPort?.postMessage(message);
const database = openDatabase({ url: databaseUrl, poolSizeMax: 1 });
try {
  const tell = (share: number) => answer({ kind: "progress", share });
  const result = await performReplay(database, organisationId, subject, tell);
  answer({ kind: "done", result });
} finally {
  await database.close();
}
