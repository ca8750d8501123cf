import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { AutomaticTrigger } from "../../../jobs/queue.ts";
import { emitRunsChanged } from "./emit-runs-changed.ts";
import type { RunTrigger } from "./matching-run.ts";

/** A run that this attempt may work on, until another takes it over. */
export interface BegunRun {
  readonly organisationId: string;
  readonly runId: string;
  readonly attempt: string;
}

/** A run by hand is known before it starts; an automatic one begins with its job. */
export type RunToBegin = { readonly runId: string } | { readonly trigger: AutomaticTrigger };

/**
 * Begins a run, or takes over what an attempt that is gone has left running: its matches stay, and it goes on with what
 * is still open. Jobs of one queue run one at a time, so a run of that queue that says it is running has nobody.
 * @returns null where there is nothing to do any more
 */
export function beginRun(
  app: Pick<App, "database" | "now">,
  organisationId: string,
  wanted: RunToBegin,
): Promise<BegunRun | null> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const attempt = newId();
    const runId =
      "runId" in wanted
        ? await takeRequested(tx, wanted.runId, attempt)
        : ((await takeOver(tx, attempt, app.now())) ??
          (await insertRun(tx, { trigger: wanted.trigger, attempt, at: app.now() })));
    if (runId === null) return null;
    emitRunsChanged(tx, [runId]);
    return { organisationId, runId, attempt };
  });
}

/** Begins a run that takes nothing over, beside whatever else runs. */
export function beginNewRun(
  app: Pick<App, "database" | "now">,
  organisationId: string,
  trigger: RunTrigger,
): Promise<BegunRun> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const attempt = newId();
    const runId = await insertRun(tx, { trigger, attempt, at: app.now() });
    emitRunsChanged(tx, [runId]);
    return { organisationId, runId, attempt };
  });
}

/** Writes the row of a run. Without an attempt it waits for its job. @returns its id */
export async function insertRun(
  tx: TenantTransaction,
  run: { trigger: RunTrigger; attempt: string | null; at: Date; requestedBy?: string },
): Promise<string> {
  const id = newId();
  await tx.query(
    `INSERT INTO matching_run (organisation_id, id, trigger, status, step, attempt, requested_by, started_at)
     VALUES ($1, $2, $3, 'running', $4, $5, $6, $7)`,
    [
      tx.organisationId,
      id,
      run.trigger,
      run.attempt === null ? null : "loading",
      run.attempt,
      run.requestedBy ?? null,
      run.at,
    ],
  );
  return id;
}

/** A failed one too: the queue tries it again. */
async function takeRequested(
  tx: TenantTransaction,
  runId: string,
  attempt: string,
): Promise<string | null> {
  const [run] = await tx.query<{ id: string }>(
    `UPDATE matching_run SET attempt = $2, status = 'running', step = 'loading', progress = 0, failure = NULL,
       finished_at = NULL
     WHERE id = $1 AND status IN ('running', 'failed') RETURNING id`,
    [runId, attempt],
  );
  return run?.id ?? null;
}

async function takeOver(tx: TenantTransaction, attempt: string, at: Date): Promise<string | null> {
  const left = await tx.query<{ id: string }>(
    `SELECT id FROM matching_run
     WHERE status = 'running' AND trigger IN ('sync', 'import', 'items')
     ORDER BY started_at DESC, id DESC FOR UPDATE`,
  );
  const [newest, ...older] = left.map(({ id }) => id);
  if (older.length > 0) {
    await tx.query(
      `UPDATE matching_run SET status = 'failed', step = NULL, attempt = NULL, finished_at = $2,
         failure = 'It was interrupted; a later run has taken its place.'
       WHERE id = ANY ($1::uuid[])`,
      [older, at],
    );
    emitRunsChanged(tx, older);
  }
  if (newest === undefined) return null;
  await tx.query(
    "UPDATE matching_run SET attempt = $2, step = 'loading', progress = 0 WHERE id = $1",
    [newest, attempt],
  );
  return newest;
}
