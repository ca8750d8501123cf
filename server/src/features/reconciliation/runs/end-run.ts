import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { enqueueMatching } from "../enqueue-matching.ts";
import type { BegunRun } from "./begin-run.ts";
import { emitRunsChanged } from "./emit-runs-changed.ts";
import { RunOvertaken } from "./run-overtaken.ts";

/**
 * Notes that a run is through. What others were faster than is looked at again by a run that this queues.
 * @throws RunOvertaken
 */
export function completeRun(
  app: App,
  run: BegunRun,
  outcome: { overtaken: number },
): Promise<void> {
  return asOrganisation(app.database, run.organisationId, async (tx) => {
    const [ended] = await tx.query<{ trigger: string }>(
      `UPDATE matching_run SET status = 'complete', step = NULL, progress = 1000, attempt = NULL, finished_at = $3
       WHERE id = $1 AND attempt = $2 AND status = 'running' RETURNING trigger`,
      [run.runId, run.attempt, app.now()],
    );
    if (!ended) throw new RunOvertaken();
    if (outcome.overtaken > 0) await enqueueMatching(tx, "items");
    emitRunsChanged(tx, [run.runId]);
  });
}

/** Notes that a run has failed and why, unless another attempt works on it by now. What it has matched stays. */
export function failRun(app: App, run: BegunRun, sentence: string): Promise<void> {
  return asOrganisation(app.database, run.organisationId, async (tx) => {
    await tx.query(
      `UPDATE matching_run SET status = 'failed', step = NULL, attempt = NULL, finished_at = $3, failure = $4
       WHERE id = $1 AND attempt = $2 AND status = 'running'`,
      [run.runId, run.attempt, app.now(), sentence],
    );
    emitRunsChanged(tx, [run.runId]);
  });
}
