import type { Sql } from "../db/sql.ts";

/** Every job and what it is given. The worker maps each name to the operation that it calls. */
export interface Jobs {
  syncConnection: { organisationId: string; connectionId: string; trigger: SyncTrigger };
  /** Time for the connection's next sync, whatever webhooks came or did not come. */
  scheduleSync: { organisationId: string; connectionId: string };
  handleWebhook: { organisationId: string; deliveryId: string };
  /** Either a run that was asked for, or one after a change of the books. */
  matchTransactions: { organisationId: string; runId?: string; trigger?: AutomaticTrigger };
  /** Tries a profile, threshold or rule over what was decided. */
  replayMatching: { organisationId: string; replayId: string };
  revokeConsent: { organisationId: string; connectionId: string };
  /** Looks over all organisations for connections that need something. */
  careForConnections: Record<string, never>;
  /** What a connection needs that asks its provider. */
  careForConnection: { organisationId: string; connectionId: string };
  /** Reads a statement file that was brought in, up to the question whether it is written. */
  readImport: ImportJob;
  /** Writes what was read into the books. */
  writeImport: ImportJob;
  /** Ends an upload that never came in. */
  giveUpUpload: ImportJob;
  /** Looks over all organisations for statements that fall due. */
  reviewStatements: Record<string, never>;
  /** Sends what is due of a feed, batch by batch. */
  pushFeed: PushJob;
  /** Asks what became of a batch that is under way, and goes on behind it. */
  followPush: { organisationId: string; operationId: string };
  /** Reads back what a feed has in the books and compares. */
  checkFeed: CheckJob;
  /** How an accounting connection and its feeds stand. */
  lookAtAccounting: { organisationId: string; connectionId: string };
  /** Gives a disconnected accounting connection up at its platform. */
  unlinkAccounting: { organisationId: string; connectionId: string };
  /** Takes invoices and expenses over as open items; `told` where the platform said that some have changed. */
  pullDocuments: { organisationId: string; connectionId: string; told?: boolean };
  /** Books payments that were released to the platform, and asks what became of them. */
  sendPayments: { organisationId: string; connectionId: string };
  handlePlatformWebhook: { organisationId: string; deliveryId: string };
  /** Looks over all organisations for accounting connections, feeds and pushes that need something. */
  careForAccounting: Record<string, never>;
}

/** Which of a job's tries it is. */
export interface JobTry {
  /** The queue does not try again after this one. */
  readonly last: boolean;
}

export const notLast: JobTry = { last: false };

export interface ImportJob {
  organisationId: string;
  batchId: string;
}

export interface PushJob {
  organisationId: string;
  feedId: string;
  trigger: PushTrigger;
  /** Who asked, as the log names them. */
  by: string;
  /** The failed operation that this takes up. */
  retryOf?: string;
}

export type PushTrigger = "manual" | "schedule" | "reconciled" | "retry";

export interface CheckJob {
  organisationId: string;
  feedId: string;
  /** How often what was missing has been looked for again by itself. */
  again?: number;
}

/** What a run of automatic matching follows. */
export type AutomaticTrigger = "sync" | "import" | "items";

export type SyncTrigger = "initial" | "manual" | "webhook" | "scheduled" | "retry";

export interface EnqueueOptions {
  /** A job with the same key that has not started is replaced: a storm becomes one job. */
  key?: string;
  /** Jobs of one queue run one at a time, over all processes. */
  queue?: string;
  runAt?: Date;
  attemptsMax?: number;
  /** Words by which a worker may leave the job to others, or for later: see jobs/lanes. */
  flags?: readonly string[];
  /** Where there is a job of the same key already, whatever has become of it, this one is not queued. */
  unlessQueued?: boolean;
  /** Where there is a job of the same key that has not started, its time stays. */
  keepsTime?: boolean;
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
       max_attempts => $5, job_key => $6, flags => $7, job_key_mode => $8)`,
    [
      name,
      JSON.stringify(payload),
      options.queue ?? null,
      options.runAt ?? null,
      options.attemptsMax ?? null,
      options.key ?? null,
      options.flags ?? null,
      options.unlessQueued ? "unsafe_dedupe" : options.keepsTime ? "preserve_run_at" : "replace",
    ],
  );
}
