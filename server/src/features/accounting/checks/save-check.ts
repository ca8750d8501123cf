import type { App } from "../../../app.ts";
import type { ArrivalComparison, FoundLine } from "../../../core/accounting/compare-arrived.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import type { PushContext } from "../push/push-context.ts";
import { enqueueCheck } from "./enqueue-check.ts";
import { type UnexpectedLine, unexpectedLinesMax } from "./feed-check.ts";

/**
 * Keeps what was found of a feed, tells who follows it, and asks for another look where lines are missing.
 * @param again how often a check by itself has looked; undefined where a person asked
 */
export function saveCheck(
  app: App,
  { organisationId, feed }: PushContext,
  comparison: ArrivalComparison,
  again: number | undefined,
): Promise<void> {
  const now = app.now();
  const { lines, confirmed, missing, changed, unexpected, sentMinor, arrivedMinor } = comparison;
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.query(
      `INSERT INTO feed_check (organisation_id, id, feed_account_id, checked_at, pushed, pushed_minor, confirmed, missing,
         changed, unexpected, arrived_minor, outdated, agrees, unexpected_lines)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        ...[organisationId, newId(), feed.id, now, lines.length, String(sentMinor)],
        ...[confirmed, missing, changed, unexpected.length, String(arrivedMinor)],
        ...[await countOutdated(tx, feed.id), comparison.agrees],
        JSON.stringify(firstOf(unexpected)),
      ],
    );
    if (again !== undefined && missing > 0) {
      await enqueueCheck(tx, feed.id, { now, again: again + 1 });
    }
    emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [feed.id] });
  });
}

function firstOf(unexpected: readonly FoundLine[]): UnexpectedLine[] {
  return unexpected.slice(0, unexpectedLinesMax).map(({ bookedOn, amountMinor, description }) => ({
    ...{ bookedOn, amountMinor: String(amountMinor), description },
  }));
}

/** Lines that the bank has changed or taken back since they were pushed: the package cannot know. */
async function countOutdated(tx: TenantTransaction, feedId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM (SELECT transaction_id, amount_minor, booked_on FROM feed_line
           WHERE feed_account_id = $1 AND state IN ('pushed', 'confirmed', 'missing', 'changed') OFFSET 0) l
     CROSS JOIN LATERAL (
       SELECT FROM bank_transaction t WHERE t.id = l.transaction_id AND (t.removed_at IS NOT NULL
         OR t.amount_minor <> l.amount_minor OR t.booked_on <> l.booked_on) OFFSET 0) o`,
    [feedId],
  );
  return row?.count ?? 0;
}
