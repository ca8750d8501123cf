import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { BegunRun } from "./begin-run.ts";
import { RunOvertaken } from "./run-overtaken.ts";

/**
 * Changes the run's row as long as this attempt may.
 * @param change assignments whose values begin with $3
 * @throws RunOvertaken, and so nothing of its transaction stays
 */
export async function changeRun(
  tx: TenantTransaction,
  run: BegunRun,
  change: string,
  values: readonly unknown[],
): Promise<void> {
  const [held] = await tx.query(
    `UPDATE matching_run SET ${change} WHERE id = $1 AND attempt = $2 AND status = 'running' RETURNING id`,
    [run.runId, run.attempt, ...values],
  );
  if (!held) throw new RunOvertaken();
}
