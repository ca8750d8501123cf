/** Drives the job queue from a test, without a worker's clock: nothing is waited for, nothing runs by itself. */
import { Logger, runOnce } from "graphile-worker";
import type { App } from "../../server/src/app.ts";
import { taskList } from "../../server/src/jobs/worker.ts";

const roundsMax = 1_000;

/**
 * Runs jobs, and the jobs that they queue, until none is due. Jobs for later stay, unless `due` brings them forward.
 * @returns the last error of each job that failed
 */
export async function runJobs(app: App, options: { due?: boolean } = {}): Promise<string[]> {
  if (options.due) await bringForward(app);
  for (let round = 0; round < roundsMax; round += 1) {
    await runOnce({ pgPool: app.database.pool, logger: silent, taskList: taskList(app) });
    if (!(await hasDueJobs(app))) return failures(app);
  }
  throw new Error(`the queue is not idle after ${roundsMax} rounds`);
}

/** Makes every waiting job due now, whatever time it was given. */
export async function bringForward(app: App, identifiers?: readonly string[]): Promise<void> {
  await app.database.pool.query(
    `UPDATE graphile_worker._private_jobs j SET run_at = now() FROM graphile_worker._private_tasks t
     WHERE t.id = j.task_id AND j.run_at > now() AND ($1::text[] IS NULL OR t.identifier = ANY ($1))`,
    [identifiers ?? null],
  );
}

export interface WaitingJob {
  readonly name: string;
  readonly key: string | null;
  readonly runAt: Date;
}

export async function waitingJobs(app: App): Promise<WaitingJob[]> {
  const { rows } = await app.database.pool.query<WaitingJob>(
    `SELECT task_identifier AS name, key, run_at AS "runAt" FROM graphile_worker.jobs
     WHERE attempts < max_attempts AND locked_at IS NULL ORDER BY run_at, id`,
  );
  return rows;
}

async function hasDueJobs(app: App): Promise<boolean> {
  return (await waitingJobs(app)).some(({ runAt }) => runAt <= new Date());
}

async function failures(app: App): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ last_error: string }>(
    "SELECT last_error FROM graphile_worker.jobs WHERE last_error IS NOT NULL",
  );
  return rows.map(({ last_error }) => last_error);
}

const silent = new Logger(() => () => {});
