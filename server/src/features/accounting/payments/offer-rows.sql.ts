import { nextLookAt } from "../../../core/accounting/look-after.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { enqueueSend } from "./enqueue-send.ts";
import { standsThere } from "./offer-payments.ts";
import type { PaymentOfferStatus } from "./payment-offer.ts";

/** An offer with what its payment is made of. */
export interface OfferRow {
  readonly id: string;
  readonly connectionId: string;
  readonly status: PaymentOfferStatus;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly paidOn: LocalDate;
  readonly createdAt: Date;
  readonly documentExternalId: string;
  readonly externalKey: string | null;
  /** The id that the payment bears there: another one each time that it is sent anew. */
  readonly sendKey: string | null;
  /** Since when it may be on its way; null: nothing of it is. */
  readonly unsettledSince: Date | null;
  readonly looks: number;
  readonly kind: "invoice" | "expense" | null;
  readonly counterpartyExternalId: string | null;
  readonly targetExternalId: string | null;
  readonly reference: string | null;
  /** The match was undone. */
  readonly undone: boolean;
}

/** Reads an offer and keeps others from changing it until the transaction ends. */
export async function lockOffer(tx: TenantTransaction, id: string): Promise<OfferRow | null> {
  await tx.query("SELECT FROM payment_offer WHERE id = $1 FOR UPDATE", [id]);
  const [offer] = await tx.query<OfferRow>(
    `SELECT o.id, o.connection_id AS "connectionId", o.status, o.amount_minor AS "amountMinor", o.currency,
       o.paid_on AS "paidOn", o.created_at AS "createdAt", o.document_external_id AS "documentExternalId",
       o.external_key AS "externalKey", o.send_key AS "sendKey", o.unsettled_since AS "unsettledSince", o.looks, d.kind,
       d.counterparty_external_id AS "counterpartyExternalId", f.target_external_id AS "targetExternalId", t.reference,
       p.voided_at IS NOT NULL AS undone
     FROM payment_offer o
     CROSS JOIN LATERAL (SELECT transaction_id, voided_at FROM payment WHERE id = o.payment_id LIMIT 1) p
     CROSS JOIN LATERAL (SELECT account_id, reference FROM bank_transaction WHERE id = p.transaction_id LIMIT 1) t
     LEFT JOIN LATERAL (SELECT kind, counterparty_external_id FROM accounting_document
       WHERE open_item_id = o.open_item_id AND connection_id = o.connection_id LIMIT 1) d ON true
     LEFT JOIN LATERAL (SELECT target_external_id FROM feed_account
       WHERE connection_id = o.connection_id AND account_id = t.account_id AND target_external_id IS NOT NULL
       ORDER BY (status = 'connected') DESC, created_at DESC LIMIT 1) f ON true
     WHERE o.id = $1`,
    [id],
  );
  return offer ?? null;
}

/** Writes a payment down as on its way, under this id, before it is sent. */
export async function noteOnItsWay(
  tx: TenantTransaction,
  offer: OfferRow,
  sendKey: string,
  now: Date,
): Promise<OfferRow> {
  await tx.query(
    `UPDATE payment_offer SET status = 'sending', send_key = $2, unsettled_since = $3, next_look_at = $3, problem = NULL
     WHERE id = $1`,
    [offer.id, sendKey, now],
  );
  emitAccountingChanged(tx, { connectionId: offer.connectionId });
  return { ...offer, status: "sending", sendKey, unsettledSince: now };
}

export interface OfferChange {
  readonly status: PaymentOfferStatus;
  readonly problem: string | null;
  readonly completedAt: Date | null;
  readonly externalKey?: string;
  /** Left out, it stays. */
  readonly unsettledSince?: Date | null;
}

/** Notes what came of an offer, unless it has ended. Of one whose match was undone it stays said that it stands there. */
export async function changeOffer(
  tx: TenantTransaction,
  offer: OfferRow,
  change: OfferChange,
): Promise<void> {
  const { status, problem, completedAt, externalKey = null, unsettledSince } = change;
  await tx.query(
    `UPDATE payment_offer SET status = $2,
       problem = coalesce($3, CASE WHEN problem = $7 AND $2 IN ('sending', 'pending', 'success') THEN problem END),
       completed_at = $4, external_key = coalesce($5, external_key),
       unsettled_since = CASE WHEN $6 THEN unsettled_since ELSE $8::timestamptz END
     WHERE id = $1 AND status IN ('offered', 'sending', 'pending')`,
    [
      ...[offer.id, status, problem, completedAt, externalKey, unsettledSince === undefined],
      ...[standsThere, unsettledSince ?? null],
    ],
  );
  emitAccountingChanged(tx, { connectionId: offer.connectionId });
}

/** Looks at it again later. */
export async function lookAtOfferLater(
  tx: TenantTransaction,
  { id, connectionId, looks }: OfferRow,
  status: "sending" | "pending",
  { now, notBefore = null }: { now: Date; notBefore?: Date | null },
): Promise<void> {
  const at = nextLookAt(status, { now, looks, random: Math.random(), notBefore });
  await tx.query("UPDATE payment_offer SET looks = looks + 1, next_look_at = $2 WHERE id = $1", [
    id,
    at,
  ]);
  if (at !== null) await enqueueSend(tx, connectionId, at);
}
