import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { enqueueSend } from "./enqueue-send.ts";

/**
 * Offers new matches of documents that came from an accounting package back as payments, in the matches' own
 * transaction. Where nothing is pulled it costs one look.
 */
export async function offerPayments(
  tx: TenantTransaction,
  matchIds: readonly string[],
  at: Date,
): Promise<void> {
  if (matchIds.length === 0 || !(await pullsAnything(tx))) return;
  await offer(tx, await readMade(tx, matchIds), at);
}

/**
 * Offers what these open items were matched with before the package's own documents were found to be the same. None goes
 * by itself, whatever the connection says: what a person did long ago is sent upon a person's word.
 */
export async function offerEarlierPayments(
  tx: TenantTransaction,
  openItemIds: readonly string[],
  at: Date,
): Promise<void> {
  if (openItemIds.length === 0) return;
  const matches = await tx.query<{ id: string }>(
    `SELECT DISTINCT p.match_id AS id
     FROM unnest($1::uuid[]) AS i (id)
     CROSS JOIN LATERAL (SELECT match_id FROM payment
       WHERE open_item_id = i.id AND kind = 'payment' AND voided_at IS NULL OFFSET 0) p`,
    [plainArray(openItemIds)],
  );
  const made = await readMade(
    tx,
    matches.map(({ id }) => id),
  );
  await offer(
    tx,
    made.map((row) => ({ ...row, sends: false })),
    at,
  );
}

/** The payments of matches that settle documents of an accounting package. */
function readMade(tx: TenantTransaction, matchIds: readonly string[]): Promise<OfferedRow[]> {
  return tx.query<OfferedRow>(
    `SELECT p.id AS "paymentId", p.open_item_id AS "openItemId", p.amount_minor AS "amountMinor", p.currency,
       t.booked_on AS "paidOn", d.connection_id AS "connectionId", d.external_id AS "documentExternalId",
       c.sends_payments AS sends
     FROM unnest($1::uuid[]) AS m (id)
     CROSS JOIN LATERAL (SELECT * FROM payment
       WHERE match_id = m.id AND kind = 'payment' AND voided_at IS NULL OFFSET 0) p
     CROSS JOIN LATERAL (SELECT connection_id, external_id FROM accounting_document
       WHERE open_item_id = p.open_item_id LIMIT 1) d
     CROSS JOIN LATERAL (SELECT sends_payments FROM accounting_connection
       WHERE id = d.connection_id AND status <> 'disconnected' LIMIT 1) c
     CROSS JOIN LATERAL (SELECT booked_on FROM bank_transaction WHERE id = p.transaction_id LIMIT 1) t`,
    [plainArray(matchIds)],
  );
}

async function offer(tx: TenantTransaction, rows: readonly OfferedRow[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO payment_offer (organisation_id, id, status, created_at, payment_id, open_item_id, amount_minor, currency,
       paid_on, connection_id, document_external_id, sent_by)
     SELECT $1, v.id, 'offered', $2, v.payment, v.item, v.amount, v.currency, v.day, v.connection, v.document, v.by
     FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::date[], $9::uuid[], $10::text[], $11::text[])
       AS v (id, payment, item, amount, currency, day, connection, document, by)
     ON CONFLICT (organisation_id, payment_id) DO NOTHING`,
    [
      ...[tx.organisationId, at],
      plainArray(rows.map(() => newId())),
      plainArray(rows.map((row) => row.paymentId)),
      plainArray(rows.map((row) => row.openItemId)),
      plainArray(rows.map((row) => row.amountMinor)),
      plainArray(rows.map((row) => row.currency)),
      plainArray(rows.map((row) => row.paidOn)),
      plainArray(rows.map((row) => row.connectionId)),
      textArray(rows.map((row) => row.documentExternalId)),
      textArray(rows.map((row) => (row.sends ? "Tieout" : null))),
    ],
  );
  for (const connectionId of new Set(rows.map((row) => row.connectionId))) {
    if (rows.some((row) => row.sends && row.connectionId === connectionId)) {
      await enqueueSend(tx, connectionId);
    }
    emitAccountingChanged(tx, { connectionId });
  }
}

interface OfferedRow {
  readonly paymentId: string;
  readonly openItemId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly paidOn: string;
  readonly connectionId: string;
  readonly documentExternalId: string;
  readonly sends: boolean;
}

async function pullsAnything(tx: TenantTransaction): Promise<boolean> {
  const [document] = await tx.query("SELECT FROM accounting_document LIMIT 1");
  return document !== undefined;
}

/** Of one that was refused for now, nothing is on its way. */
const nothingSent =
  "(status IN ('offered', 'failed') OR (status = 'sending' AND unsettled_since IS NULL))";

/** Of a payment that was sent and whose match was undone. */
export const standsThere =
  "The match was undone here, and the payment was sent: it has to be taken back there.";

/**
 * Takes back the offers of matches that were undone, in the undoing's own transaction. A payment that was sent stands
 * there, and its offer says so.
 */
export async function withdrawOffers(
  tx: TenantTransaction,
  matchIds: readonly string[],
  at: Date,
): Promise<void> {
  if (matchIds.length === 0) return;
  const [any] = await tx.query("SELECT FROM payment_offer LIMIT 1");
  if (any === undefined) return;
  const rows = await tx.query<{ connectionId: string }>(
    `UPDATE payment_offer o SET
       status = CASE WHEN ${nothingSent} THEN 'withdrawn' ELSE status END,
       completed_at = CASE WHEN ${nothingSent} THEN $2 ELSE completed_at END,
       problem = CASE WHEN status = 'failed' THEN problem WHEN ${nothingSent} THEN NULL ELSE $3 END
     FROM (SELECT p.id FROM unnest($1::uuid[]) AS m (id)
           CROSS JOIN LATERAL (SELECT id FROM payment WHERE match_id = m.id OFFSET 0) p) ended
     WHERE o.organisation_id = $4 AND o.payment_id = ended.id AND o.status <> 'withdrawn'
     RETURNING o.connection_id AS "connectionId"`,
    [plainArray(matchIds), at, standsThere, tx.organisationId],
  );
  for (const connectionId of new Set(rows.map((row) => row.connectionId))) {
    emitAccountingChanged(tx, { connectionId });
  }
}
