import type { PushedLine } from "../../../core/accounting/push-rules.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { PushTrigger } from "../../../jobs/queue.ts";
import { lockAccountingConnection } from "../accounting-connection.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { lockFeed } from "../feed.ts";
import type { PushContext } from "./push-context.ts";
import { findUnderWay, operationRowColumns, type PushOperationRow } from "./push-operation.ts";

/** A batch as it was planned. */
export interface PlannedBatch {
  readonly lines: readonly PushedLine[];
  readonly reconciledIds: ReadonlySet<string>;
  /** The last event that the plan knows of. */
  readonly seq: bigint;
}

export interface PushReason {
  readonly trigger: PushTrigger;
  readonly by: string;
  readonly retryOf: string | null;
}

/** The plan does not hold any more: its transaction is rolled back, and one plans again. */
export class PlanOutdated extends Error {
  override readonly name = "PlanOutdated";
}

/** Another feed of the connection has a batch of which nobody knows whether the platform has it. */
export class ConnectionUnsettled extends Error {
  override readonly name = "ConnectionUnsettled";
}

/** Lines of one operation stand in order behind those of the operation before it. */
const positionsOfOperation = 1_000_000;

/**
 * Writes a batch down as under way, before the platform is asked: who finds it so after a crash looks it up first.
 * @returns null where something is under way already, or the feed is not connected any more
 * @throws PlanOutdated when lines have changed since the plan was made, ConnectionUnsettled
 */
export async function beginOperation(
  tx: TenantTransaction,
  context: PushContext,
  batch: PlannedBatch,
  reason: PushReason,
  begun: { readonly attempt: string; readonly at: Date },
): Promise<PushOperationRow | null> {
  await refuseUnsettled(tx, context);
  const feed = await lockFeed(tx, context.feed.id);
  if (feed.status !== "connected" || (await findUnderWay(tx, feed.id)) !== null) return null;
  await refuseOutdated(tx, feed.id, batch.seq);
  const { lines } = batch;
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return null;
  const number = feed.operations + 1;
  const [operation] = await tx.query<PushOperationRow>(
    `INSERT INTO push_operation (organisation_id, id, feed_account_id, number, trigger, status, lines, total_minor,
       first_on, last_on, retry_of, attempt, sends, unsettled_since, next_look_at, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, 'sending', $6, $7, $8, $9, $10, $11, 1, $12, $12, $13, $12)
     RETURNING ${operationRowColumns}`,
    [
      ...[tx.organisationId, newId(), feed.id, number, reason.trigger, lines.length],
      String(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
      ...[first.bookedOn, last.bookedOn, reason.retryOf, begun.attempt, begun.at, reason.by],
    ],
  );
  if (!operation) throw new Error("an operation that was inserted is answered");
  await writeLines(tx, operation, batch);
  await tx.query("UPDATE feed_account SET operations = $2 WHERE id = $1", [feed.id, number]);
  const { connectionId } = feed;
  emitAccountingChanged(tx, { connectionId, feedIds: [feed.id], operationIds: [operation.id] });
  return operation;
}

/**
 * A push that is looked up may not tell which feed it was for: it is known by being the only one that is not known. The
 * connection's lock is held until the commit, so that of two feeds one comes after the other.
 */
async function refuseUnsettled(tx: TenantTransaction, { feed }: PushContext): Promise<void> {
  await lockAccountingConnection(tx, feed.connectionId);
  const [unsettled] = await tx.query(
    `SELECT FROM (SELECT id FROM feed_account WHERE connection_id = $1 AND id <> $2 OFFSET 0) f
     CROSS JOIN LATERAL (SELECT FROM push_operation
       WHERE feed_account_id = f.id AND status = 'sending' LIMIT 1) o LIMIT 1`,
    [feed.connectionId, feed.id],
  );
  if (unsettled !== undefined) throw new ConnectionUnsettled();
}

/** What the bank or a person changed since the plan was made is planned anew: order and balances depend on it. */
async function refuseOutdated(tx: TenantTransaction, feedId: string, seq: bigint): Promise<void> {
  const [newer] = await tx.query(
    `SELECT FROM event WHERE seq > $1 AND (topic LIKE 'bank\\_transactions.%'
       OR (topic = 'accounting.changed' AND payload->'operationIds' = '[]' AND payload->'feedIds' ? $2)) LIMIT 1`,
    [String(seq), feedId],
  );
  if (newer !== undefined) throw new PlanOutdated();
}

async function writeLines(
  tx: TenantTransaction,
  { id, feedId, number }: PushOperationRow,
  { lines, reconciledIds }: PlannedBatch,
): Promise<void> {
  const [written] = await tx.query<{ count: number }>(
    `WITH written AS (
       INSERT INTO feed_line AS l (organisation_id, feed_account_id, transaction_id, state, operation_id, position,
         booked_on, amount_minor, balance_minor, description, counterparty_name, reference, kind, reconciled)
       SELECT $1, $2, v.id, 'under_way', $3, $4::bigint + v.place, v.day, v.amount, v.balance, v.words, v.name, v.reference,
         v.kind, v.reconciled
       FROM unnest($5::uuid[], $6::date[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[],
         $13::boolean[]) WITH ORDINALITY AS v (id, day, amount, balance, words, name, reference, kind, reconciled, place)
       CROSS JOIN LATERAL (
         SELECT FROM bank_transaction t WHERE t.id = v.id AND t.removed_at IS NULL AND NOT t.pending
           AND t.amount_minor = v.amount AND t.booked_on = v.day OFFSET 0) live
       ON CONFLICT (organisation_id, feed_account_id, transaction_id) DO UPDATE SET state = 'under_way',
         operation_id = excluded.operation_id, position = excluded.position, booked_on = excluded.booked_on,
         amount_minor = excluded.amount_minor, balance_minor = excluded.balance_minor,
         description = excluded.description, counterparty_name = excluded.counterparty_name,
         reference = excluded.reference, kind = excluded.kind, reconciled = excluded.reconciled, problems = '[]',
         arrived_on = NULL, arrived_minor = NULL, arrived_description = NULL, checked_at = NULL
       WHERE l.state IN ('released', 'rejected')
       RETURNING 1)
     SELECT count(*)::int AS count FROM written`,
    [
      ...[tx.organisationId, feedId, id, String(number * positionsOfOperation)],
      plainArray(lines.map(({ transactionId }) => transactionId)),
      plainArray(lines.map(({ bookedOn }) => bookedOn)),
      plainArray(lines.map(({ amountMinor }) => amountMinor)),
      plainArray(lines.map(({ balanceMinor }) => balanceMinor)),
      textArray(lines.map(({ description }) => description)),
      textArray(lines.map(({ counterpartyName }) => counterpartyName)),
      textArray(lines.map(({ reference }) => reference)),
      plainArray(lines.map(({ kind }) => kind)),
      plainArray(lines.map(({ transactionId }) => String(reconciledIds.has(transactionId)))),
    ],
  );
  if (written?.count !== lines.length) throw new PlanOutdated();
}
