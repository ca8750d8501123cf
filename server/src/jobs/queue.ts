import type { Sql } from "../db/sql.ts";

/** Every job and what it is given. The worker maps each name to the operation that it calls. */
export interface Jobs {
  syncConnection: { organisationId: string; connectionId: string; trigger: SyncTrigger };
  /** Time for the connection's next sync, whatever webhooks came or did not come. */
  scheduleSync: { organisationId: string; connectionId: string };
  handleWebhook: { organisationId: string; deliveryId: string };
  matchTransactions: { organisationId: string };
  revokeConsent: { organisationId: string; connectionId: string };
}

export type SyncTrigger = "initial" | "manual" | "webhook" | "scheduled" | "retry";

export interface EnqueueOptions {
  /** A job with the same key that has not started is replaced: a storm becomes one job. */
  key?: string;
  /** Jobs of one queue run one at a time, over all processes. */
  queue?: string;
  runAt?: Date;
  attemptsMax?: number;
}

/**
 * Queues a job inside the caller's database transaction: it exists exactly if the transaction commits.
 * Source: graphile_worker.add_job.
 */
export async function enqueue<Name extends keyof Jobs>(
  sql: Sql,
  name: Name,
  payload: Jobs[Name],
  options: EnqueueOptions = {},
): Promise<void> {
  await sql.query(
    `SELECT FROM graphile_worker.add_job(
       identifier => $1, payload => $2::json, queue_name => $3, run_at => $4::timestamptz,
       max_attempts => $5, job_key => $6)`,
    [
      name,
      JSON.stringify(payload),
      options.queue ?? null,
      options.runAt ?? null,
      options.attemptsMax ?? null,
      options.key ?? null,
    ],
  );
}
