import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import { eventIdsMax } from "../../../events/topics.ts";
import { recordAudits } from "../../audit/record.ts";
import { voidTransfersOf } from "../../reconciliation/transfers/void-transfers-of.ts";
import { jobViewer, type Viewer } from "../../viewer.ts";

/**
 * Voids the live matches and transfers of transactions that the bank has changed or removed, and so reopens what they had settled:
 * a match was a decision about another amount. So does whoever undoes an import.
 * @param viewer who does it; the product itself where absent
 * @returns the ids of every transaction whose match or transfer was voided, the given ones and those decided together
 * with them
 */
export async function voidMatchesOf(
  tx: TenantTransaction,
  transactionIds: readonly string[],
  reason: string,
  now: Date,
  viewer: Viewer = jobViewer(tx.organisationId, "Tieout"),
): Promise<string[]> {
  if (transactionIds.length === 0) return [];
  const parted = await voidTransfersOf(tx, transactionIds, { reason, at: now, viewer });
  await lockInIdOrder(tx, transactionIds);
  const payments = await tx.query<{
    match_id: string;
    transaction_id: string;
    open_item_id: string;
  }>(
    `WITH voided AS (
       UPDATE match SET voided_at = $3, voided_by = $5, void_reason = $4
       WHERE organisation_id = $1 AND voided_at IS NULL AND id IN (
         SELECT match_id FROM payment
         WHERE organisation_id = $1 AND transaction_id = ANY ($2::uuid[]) AND voided_at IS NULL)
       RETURNING id
     )
     UPDATE payment p SET voided_at = $3 FROM voided
     WHERE p.organisation_id = $1 AND p.match_id = voided.id AND p.voided_at IS NULL
     RETURNING p.match_id, p.transaction_id, p.open_item_id`,
    [tx.organisationId, transactionIds, now, reason, viewer.actor.name],
  );
  const matchIds = unique(payments.map((payment) => payment.match_id));
  const reopenedIds = unique(payments.map((payment) => payment.transaction_id));
  await recordAudits(tx, viewer, [
    ...matchIds.map((id) => entry("match.voided", "match", id, reason)),
    ...reopenedIds.map((id) => entry("bank_transaction.reopened", "bank_transaction", id, reason)),
  ]);
  const openItemIds = unique(payments.map((payment) => payment.open_item_id));
  for (const [place, ids] of chunks(matchIds, openItemIds)) {
    emit(tx, { topic: "matches.changed", matchIds: place, openItemIds: ids });
  }
  return unique([...reopenedIds, ...parted]);
}

/** As every writer of matches does: transactions, then open items, each in the order of their ids. */
async function lockInIdOrder(tx: TenantTransaction, transactionIds: readonly string[]) {
  const parameters = [tx.organisationId, transactionIds];
  await tx.query(
    `SELECT FROM bank_transaction WHERE organisation_id = $1 AND id IN (
       SELECT p.transaction_id FROM payment p
       WHERE p.organisation_id = $1 AND p.voided_at IS NULL AND p.match_id IN (
         SELECT match_id FROM payment
         WHERE organisation_id = $1 AND transaction_id = ANY ($2::uuid[]) AND voided_at IS NULL))
     ORDER BY id FOR UPDATE`,
    parameters,
  );
  await tx.query(
    `SELECT FROM open_item WHERE organisation_id = $1 AND id IN (
       SELECT p.open_item_id FROM payment p
       WHERE p.organisation_id = $1 AND p.voided_at IS NULL AND p.match_id IN (
         SELECT match_id FROM payment
         WHERE organisation_id = $1 AND transaction_id = ANY ($2::uuid[]) AND voided_at IS NULL))
     ORDER BY id FOR UPDATE`,
    parameters,
  );
}

function entry(action: string, subjectKind: string, subjectId: string, reason: string) {
  return { action, subjectKind, subjectId, detail: { reason } };
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function* chunks(a: readonly string[], b: readonly string[]): Generator<[string[], string[]]> {
  for (let at = 0; at < Math.max(a.length, b.length); at += eventIdsMax) {
    yield [a.slice(at, at + eventIdsMax), b.slice(at, at + eventIdsMax)];
  }
}
