import { Worker } from "node:worker_threads";
import { type MatchingInput, proposeMatches } from "../../core/matching/propose-matches.ts";
import type { ProposedMatch } from "../../core/matching/types.ts";

/** From so many rows on, deciding takes long enough to be felt by whoever else the process serves. */
const rowsOfThreadMin = 2_000;
/** A run that is still deciding after this is ended; the job's next attempt begins anew. */
const decidingMsMax = 10 * 60_000;

/**
 * Asks core for its proposals: at once for the usual few rows, and in a thread of its own for many, so that the event
 * loop goes on meanwhile.
 * @throws when the thread fails or takes longer than its bound
 */
export async function propose(input: MatchingInput): Promise<readonly ProposedMatch[]> {
  const rows = input.transactions.length + input.items.length;
  return rows < rowsOfThreadMin ? proposeMatches(input).matches : proposeInThread(input);
}

function proposeInThread(input: MatchingInput): Promise<readonly ProposedMatch[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./propose-thread.mjs", import.meta.url), {
      workerData: input,
      execArgv: [],
    });
    const timer = setTimeout(() => {
      reject(new Error(`deciding about ${input.transactions.length} transactions took too long`));
      void worker.terminate();
    }, decidingMsMax);
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => {
      clearTimeout(timer);
      // Of no effect after a message, which comes first.
      reject(new Error(`the matching thread ended with ${code}`));
    });
  });
}
