import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { enqueue } from "../../../jobs/queue.ts";
import { recordAudit } from "../../audit/record.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { insertRun } from "./begin-run.ts";
import { emitRunsChanged } from "./emit-runs-changed.ts";
import { type MatchingRun, readMatchingRuns } from "./matching-run.ts";

/**
 * "Match now": a run that a person asks for. One that waits for its turn already is answered instead of another.
 * @throws Forbidden
 */
export async function matchNow(app: App, viewer: Viewer): Promise<MatchingRun> {
  authorise(viewer, "reconciliation:match");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const id = await requestRun(tx, viewer, { trigger: "manual", at: app.now() });
    const [run] = await readMatchingRuns(tx, [id]);
    if (!run) throw new Error("a run that was requested is there");
    return run;
  });
}

/**
 * Queues a run beside the automatic ones, which have a queue of their own: at most two work at one time for each
 * organisation.
 * @returns the run's id
 */
export async function requestRun(
  tx: TenantTransaction,
  viewer: Viewer,
  { trigger, at }: { trigger: "manual" | "rule"; at: Date },
): Promise<string> {
  // So that two who ask at once do not both find nothing.
  await tx.query("SELECT FROM organisation WHERE id = $1 FOR NO KEY UPDATE", [tx.organisationId]);
  const [waiting] = await tx.query<{ id: string }>(
    `SELECT id FROM matching_run WHERE status = 'running' AND attempt IS NULL AND trigger = $1
     ORDER BY started_at DESC LIMIT 1`,
    [trigger],
  );
  if (waiting) return waiting.id;
  const runId = await insertRun(tx, { trigger, attempt: null, at, requestedBy: viewer.actor.name });
  const { organisationId } = tx;
  await enqueue(
    tx,
    "matchTransactions",
    { organisationId, runId },
    { key: `match-run:${runId}`, queue: `matching-by-hand:${organisationId}` },
  );
  await recordAudit(tx, viewer, {
    action: "matching_run.requested",
    subjectKind: "matching_run",
    subjectId: runId,
  });
  emitRunsChanged(tx, [runId]);
  return runId;
}
