import { Worker } from "node:worker_threads";
import PQueue from "p-queue";
import type { LedgerRow } from "./ledger-line.ts";

export interface WorkbookTask {
  readonly sheet: string;
  readonly rows: readonly LedgerRow[];
}

/** Workbooks that are written at a time: each takes a core for seconds. */
const atOnceMax = 1;
/** Those that wait for their turn, rows in memory. */
export const waitingMax = 4;
const heapMbMax = 1_024;
const writeMsMax = 120_000;

const queue = new PQueue({ concurrency: atOnceMax });

/** Whether as many wait as may. */
export function workbooksWait(): boolean {
  return queue.size >= waitingMax;
}

/** Writes a ledger as an XLSX file, in a thread of its own: 50,000 lines take seconds, which nobody else is to wait. */
export async function writeWorkbook(task: WorkbookTask): Promise<Uint8Array> {
  return queue.add(() => inThread(task));
}

function inThread(task: WorkbookTask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./workbook-thread.mjs", import.meta.url), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    const timer = setTimeout(() => {
      reject(new Error("writing a workbook took too long"));
      void worker.terminate();
    }, writeMsMax);
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => {
      clearTimeout(timer);
      // Of no effect after an answer or an error, which come first.
      reject(new Error("the thread that writes a workbook ended without one"));
    });
  });
}
