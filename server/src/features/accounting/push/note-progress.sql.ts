import { nextLookAt } from "../../../core/accounting/look-after.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { enqueueFollow, laneOf } from "./enqueue-push.ts";
import type { PushContext } from "./push-context.ts";
import { operationRowColumns, type PushOperationRow, PushOvertaken } from "./push-operation.ts";

/** The platform has it: it is asked now and then what became of it, the first time soon. @throws PushOvertaken */
export async function noteAccepted(
  tx: TenantTransaction,
  context: PushContext,
  operation: PushOperationRow,
  externalKey: string,
  now: Date,
): Promise<PushOperationRow> {
  const at = nextLookAt("pending", { now, looks: 0, random: Math.random(), notBefore: null });
  const accepted = await change(
    tx,
    operation,
    `status = 'pending', external_key = $3, accepted_at = coalesce(accepted_at, $4), unsettled_since = NULL, looks = 1,
     next_look_at = $5, problem = NULL`,
    [externalKey, now, at],
  );
  if (at !== null) await enqueueFollow(tx, laneOf(context.connection), operation.id, at);
  tell(tx, context, operation);
  return accepted;
}

/** The platform gave up on it: what the books have of it is looked up. @throws PushOvertaken */
export async function noteTimedOut(
  tx: TenantTransaction,
  context: PushContext,
  operation: PushOperationRow,
  told: { readonly externalKey: string; readonly problem: string; readonly now: Date },
): Promise<PushOperationRow> {
  const timedOut = await change(
    tx,
    operation,
    `status = 'timed_out', external_key = $3, problem = $4, unsettled_since = $5, looks = 0`,
    [told.externalKey, told.problem, told.now],
  );
  tell(tx, context, operation);
  return timedOut;
}

/** It goes out again, having been looked up and not found. @throws PushOvertaken */
export function noteSending(
  tx: TenantTransaction,
  operation: PushOperationRow,
  now: Date,
): Promise<PushOperationRow> {
  return change(tx, operation, "sends = sends + 1, unsettled_since = $3, problem = NULL", [now]);
}

/**
 * The platform has refused it for now, or nobody knows whether it has it.
 * @param unsettled false: nothing of it can be on its way
 * @throws PushOvertaken
 */
export async function noteUnsent(
  tx: TenantTransaction,
  context: PushContext,
  operation: PushOperationRow,
  { problem, unsettled }: { problem: string; unsettled: boolean },
): Promise<PushOperationRow> {
  const settled = unsettled ? "" : ", unsettled_since = NULL";
  const noted = await change(tx, operation, `problem = $3${settled}`, [problem]);
  tell(tx, context, operation);
  return noted;
}

/** Looks at it again later. @throws PushOvertaken */
export async function lookAgain(
  tx: TenantTransaction,
  context: PushContext,
  operation: PushOperationRow,
  { now, notBefore }: { now: Date; notBefore: Date | null },
): Promise<PushOperationRow> {
  const { status, looks } = operation;
  const at = nextLookAt(status, { now, looks, random: Math.random(), notBefore });
  const noted = await change(tx, operation, "looks = looks + 1, next_look_at = $3", [at]);
  if (at !== null) await enqueueFollow(tx, laneOf(context.connection), operation.id, at);
  return noted;
}

async function change(
  tx: TenantTransaction,
  { id, attempt }: PushOperationRow,
  columns: string,
  values: readonly unknown[],
): Promise<PushOperationRow> {
  const [row] = await tx.query<PushOperationRow>(
    `UPDATE push_operation SET ${columns}
     WHERE id = $1 AND attempt = $2 AND status IN ('sending', 'pending', 'timed_out') RETURNING ${operationRowColumns}`,
    [id, attempt, ...values],
  );
  if (!row) throw new PushOvertaken();
  return row;
}

function tell(tx: TenantTransaction, { feed }: PushContext, { id }: PushOperationRow): void {
  const { connectionId } = feed;
  emitAccountingChanged(tx, { connectionId, feedIds: [feed.id], operationIds: [id] });
}
