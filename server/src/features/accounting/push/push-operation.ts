import type { PushStatus } from "../../../core/accounting/push-status.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import type { PushTrigger } from "../../../jobs/queue.ts";
import { knownIdOr } from "../../ids.ts";

export const pushTriggers = [
  "manual",
  "schedule",
  "reconciled",
  "retry",
] as const satisfies readonly PushTrigger[];

/** One batch of a feed, on its way to the platform or through. Amounts in minor units of the feed's currency. */
export interface PushOperation {
  readonly id: string;
  readonly feedId: string;
  /** Counts the feed's operations from 1. */
  readonly number: number;
  readonly trigger: PushTrigger;
  readonly status: PushStatus;
  readonly lines: number;
  readonly totalMinor: bigint;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  /** What went wrong with the whole, as a sentence. */
  readonly problem: string | null;
  /** Sending it again can help without a change. */
  readonly retryable: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly retryOf: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly acceptedAt: Date | null;
  readonly completedAt: Date | null;
}

/** The columns of a PushOperation. */
export const pushOperationColumns = `
  id, feed_account_id AS "feedId", number, trigger, status, lines, total_minor AS "totalMinor", first_on AS "firstOn",
  last_on AS "lastOn", problem, retryable, errors, warnings, retry_of AS "retryOf", created_by AS "createdBy",
  created_at AS "createdAt", accepted_at AS "acceptedAt", completed_at AS "completedAt"`;

/** The whole row, for operations of this feature. */
export interface PushOperationRow extends PushOperation {
  readonly externalKey: string | null;
  readonly attempt: string | null;
  readonly looks: number;
  readonly sends: number;
  readonly unsettledSince: Date | null;
}

export const operationRowColumns = `${pushOperationColumns}, external_key AS "externalKey", attempt, looks, sends,
  unsettled_since AS "unsettledSince"`;

/** Null where there is none; an id that is no UUID names none. */
export async function findOperation(sql: Sql, id: string): Promise<PushOperationRow | null> {
  const [row] = await sql.query<PushOperationRow>(
    `SELECT ${operationRowColumns} FROM push_operation WHERE id = $1`,
    [knownIdOr(id, null)],
  );
  return row ?? null;
}

/** What of a feed is under way, or whose fate is not known: at most one. */
export async function findUnderWay(sql: Sql, feedId: string): Promise<PushOperationRow | null> {
  const [row] = await sql.query<PushOperationRow>(
    `SELECT ${operationRowColumns} FROM push_operation
     WHERE feed_account_id = $1 AND status IN ('sending', 'pending', 'timed_out')`,
    [feedId],
  );
  return row ?? null;
}

/**
 * Makes an attempt the one that may write of an operation under way.
 * @returns null where it has ended
 */
export async function takeOperation(
  tx: TenantTransaction,
  id: string,
  attempt: string,
): Promise<PushOperationRow | null> {
  const [row] = await tx.query<PushOperationRow>(
    `UPDATE push_operation SET attempt = $2
     WHERE id = $1 AND status IN ('sending', 'pending', 'timed_out') RETURNING ${operationRowColumns}`,
    [id, attempt],
  );
  return row ?? null;
}

/** Another attempt works on the operation by now: this one writes nothing more. */
export class PushOvertaken extends Error {
  override readonly name = "PushOvertaken";
}
