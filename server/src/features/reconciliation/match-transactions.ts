import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { type Jobs, type JobTry, notLast } from "../../jobs/queue.ts";
import { type BegunRun, beginNewRun, beginRun } from "./runs/begin-run.ts";
import { completeRun, failRun } from "./runs/end-run.ts";
import { countOpen } from "./runs/load-open-books.sql.ts";
import { performRun } from "./runs/perform-run.ts";
import { runInThread, ThreadFailed } from "./runs/run-in-thread.ts";
import { RunOvertaken } from "./runs/run-overtaken.ts";
import { RunProgress } from "./runs/run-progress.ts";
import type { RunOutcome } from "./runs/write-as-decided.ts";

/** From so many rows on, a run takes long enough to be felt by whoever else the process serves. */
const rowsOfThreadMin = 2_000;

/**
 * The job after each sync, import and change of the open items, and of "Match now": core proposes for everything that is
 * open, and what it is sure of is matched. Running it again changes nothing. Several workers may: what one has matched
 * the other finds taken, skips, and looks at again in a run that it queues. What a dead attempt left running goes on.
 */
export async function matchTransactions(
  app: App,
  job: Jobs["matchTransactions"],
  { last }: JobTry = notLast,
): Promise<void> {
  const { organisationId, runId, trigger = "items" } = job;
  const run = await beginRun(app, organisationId, runId === undefined ? { trigger } : { runId });
  if (run === null) return;
  try {
    const { matched, overtaken } = await carryOut(app, run, last);
    app.log.info({ organisationId, matched, overtaken }, "Matched transactions");
  } catch (error) {
    if (!(error instanceof RunOvertaken)) throw error;
    app.log.warn({ runId: run.runId }, "a run of automatic matching was overtaken");
  }
}

/** A run at once, beside whatever else runs, telling what came of it. @throws what the run throws */
export async function runMatching(app: App, organisationId: string): Promise<RunOutcome> {
  return carryOut(app, await beginNewRun(app, organisationId, "items"), true);
}

async function carryOut(app: App, run: BegunRun, last: boolean): Promise<RunOutcome> {
  const progress = new RunProgress(app, run);
  const tell = progress.tell.bind(progress);
  try {
    const outcome = (await isLarge(app, run))
      ? await runInThread(app, run, tell)
      : await performRun(app, run, tell);
    await progress.settle();
    await completeRun(app, run, outcome);
    return outcome;
  } catch (error) {
    await progress.settle();
    if (!(error instanceof RunOvertaken)) await failRun(app, run, failureOf(error, last));
    throw error;
  }
}

async function isLarge(app: App, { organisationId }: BegunRun): Promise<boolean> {
  const { transactions, items } = await readAsOrganisation(app.database, organisationId, (sql) =>
    countOpen(sql, rowsOfThreadMin),
  );
  return transactions + items >= rowsOfThreadMin;
}

/** As a sentence for people. */
function failureOf(error: unknown, last: boolean): string {
  const next = last ? "" : " It is tried again.";
  const kept = "What it had matched until then stays.";
  if (error instanceof ThreadFailed && error.code === "OUT_OF_MEMORY") {
    return `There was more to match than the run's memory holds. ${kept}${next}`;
  }
  if (error instanceof ThreadFailed && error.code === "TOO_LONG") {
    return `The run took longer than it may. ${kept}${next}`;
  }
  return `Something went wrong on our side; the log says more. ${kept}${next}`;
}
