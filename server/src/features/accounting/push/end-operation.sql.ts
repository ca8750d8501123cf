import { backOffMs } from "../../../core/back-off.ts";
import type { LocalDate } from "../../../core/dates.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { LineProblem } from "../../../platforms/platform.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { lockFeed } from "../feed.ts";
import { enqueuePush } from "./enqueue-push.ts";
import { type PushOperationRow, PushOvertaken } from "./push-operation.ts";

/** How an operation has ended. */
export interface PushEnd {
  readonly status: "success" | "failed";
  readonly problem: string | null;
  readonly retryable: boolean;
  readonly lineProblems: readonly LineProblem[];
  readonly externalKey: string | null;
  readonly completedAt: Date;
  /** Of a failed one: lines that are in the books all the same. */
  readonly arrivedIds: readonly string[];
}

/** Failed operations in a row that are sent again by themselves; then it waits for a person. */
const retriesMax = 5;
const retry = { firstMs: 15_000, maxMs: 30 * 60_000 };

/**
 * Notes what became of an operation and of its lines: pushed; of a failed one, those that the platform named rejected
 * and the others released. What failed for no fault of its lines is queued again.
 * @throws PushOvertaken
 */
export async function endOperation(
  tx: TenantTransaction,
  operation: PushOperationRow,
  end: PushEnd,
  now: Date,
): Promise<void> {
  const feed = await lockFeed(tx, operation.feedId);
  const named = end.lineProblems.length > 0;
  const lineIds = named ? await lineIdsOf(tx, operation.id) : new Set<string>();
  const { byLine, ofWhole } = sortProblems(lineIds, end.lineProblems);
  const rejected = [...byLine].filter(([, all]) => all.some(isError)).map(([id]) => id);
  const problem = end.problem ?? ofWhole.find(isError)?.message ?? null;
  const ended = await tx.query(
    `UPDATE push_operation SET status = $3, problem = $4, retryable = $5, errors = $6, warnings = $7,
       external_key = coalesce($8, external_key), accepted_at = CASE WHEN $8::text IS NULL THEN accepted_at
         ELSE coalesce(accepted_at, $9) END,
       completed_at = $9, attempt = NULL, next_look_at = NULL, unsettled_since = NULL
     WHERE id = $1 AND attempt = $2 AND status IN ('sending', 'pending', 'timed_out') RETURNING id`,
    [
      ...[operation.id, operation.attempt, end.status, problem, end.retryable],
      end.lineProblems.filter(isError).length,
      end.lineProblems.filter((each) => !isError(each)).length,
      ...[end.externalKey, end.completedAt],
    ],
  );
  if (ended.length === 0) throw new PushOvertaken();
  await endLines(tx, operation.id, end, rejected);
  await writeProblems(tx, operation.id, byLine);
  if (end.status === "success" || end.arrivedIds.length > 0) {
    const lastOn = end.status === "success" ? operation.lastOn : await lastArrived(tx, operation);
    await tx.query(
      `UPDATE feed_account SET last_pushed_at = $2, last_pushed_on = greatest(last_pushed_on, $3) WHERE id = $1`,
      [feed.id, end.completedAt, lastOn],
    );
  }
  if (end.status === "failed" && end.retryable && rejected.length === 0) {
    await retryLater(tx, operation, now);
  }
  const { connectionId } = feed;
  emitAccountingChanged(tx, { connectionId, feedIds: [feed.id], operationIds: [operation.id] });
}

function isError({ severity }: { severity: "error" | "warning" }): boolean {
  return severity === "error";
}

async function lineIdsOf(tx: TenantTransaction, operationId: string): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    "SELECT transaction_id AS id FROM feed_line WHERE operation_id = $1 AND state = 'under_way'",
    [operationId],
  );
  return new Set(rows.map((row) => row.id));
}

/** A problem of a line that this operation does not have is one of the whole. */
function sortProblems(lineIds: ReadonlySet<string>, problems: readonly LineProblem[]) {
  const byLine = new Map<string, LineProblem[]>();
  const ofWhole: LineProblem[] = [];
  for (const problem of problems) {
    const { lineId } = problem;
    if (lineId === null || !lineIds.has(lineId)) ofWhole.push(problem);
    else byLine.set(lineId, [...(byLine.get(lineId) ?? []), problem]);
  }
  return { byLine, ofWhole };
}

async function endLines(
  tx: TenantTransaction,
  operationId: string,
  end: PushEnd,
  rejected: readonly string[],
): Promise<void> {
  const ofOperation = "operation_id = $1 AND state = 'under_way'";
  if (end.status === "success") {
    await tx.query(`UPDATE feed_line SET state = 'pushed' WHERE ${ofOperation}`, [operationId]);
    return;
  }
  await tx.query(
    `UPDATE feed_line SET state = CASE WHEN transaction_id = ANY ($2::uuid[]) THEN 'pushed'
       WHEN transaction_id = ANY ($3::uuid[]) THEN 'rejected' ELSE 'released' END
     WHERE ${ofOperation}`,
    [operationId, plainArray(end.arrivedIds), plainArray(rejected)],
  );
}

async function writeProblems(
  tx: TenantTransaction,
  operationId: string,
  byLine: ReadonlyMap<string, readonly LineProblem[]>,
): Promise<void> {
  if (byLine.size === 0) return;
  const told = [...byLine.values()].map((problems) =>
    JSON.stringify(problems.map(({ severity, message, rule }) => ({ severity, message, rule }))),
  );
  await tx.query(
    `UPDATE feed_line l SET problems = v.problems::jsonb
     FROM unnest($2::uuid[], $3::text[]) AS v (id, problems)
     WHERE l.operation_id = $1 AND l.transaction_id = v.id`,
    [operationId, plainArray([...byLine.keys()]), textArray(told)],
  );
}

/** The newest of the lines of a failed operation that are in the books all the same. */
async function lastArrived(
  tx: TenantTransaction,
  { id }: PushOperationRow,
): Promise<LocalDate | null> {
  const [row] = await tx.query<{ day: LocalDate | null }>(
    "SELECT max(booked_on) AS day FROM feed_line WHERE operation_id = $1 AND state = 'pushed'",
    [id],
  );
  return row?.day ?? null;
}

async function retryLater(
  tx: TenantTransaction,
  { id, feedId, createdBy, number }: PushOperationRow,
  now: Date,
): Promise<void> {
  const [row] = await tx.query<{ failures: number }>(
    `SELECT ($2 - coalesce(max(number), 0))::int AS failures FROM push_operation
     WHERE feed_account_id = $1 AND status = 'success'`,
    [feedId, number],
  );
  const failures = Math.max(1, row?.failures ?? 1);
  if (failures > retriesMax) return;
  const runAt = new Date(now.getTime() + backOffMs(failures, Math.random(), retry));
  await enqueuePush(tx, feedId, { trigger: "retry", by: createdBy, retryOf: id, runAt });
}
