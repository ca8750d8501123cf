import type { CurrencyCode } from "../../../core/currencies.ts";
import type { LocalDate } from "../../../core/dates.ts";

export const paymentOfferStatuses = [
  "offered",
  "sending",
  "pending",
  "success",
  "failed",
  "timed_out",
  "withdrawn",
] as const;

export type PaymentOfferStatus = (typeof paymentOfferStatuses)[number];

/** A match of a document that came from the accounting package, offered back as a payment of it. */
export interface PaymentOffer {
  readonly id: string;
  readonly connectionId: string;
  readonly paymentId: string;
  readonly matchId: string;
  readonly openItemId: string;
  /** On the document, in its currency, in minor units. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly paidOn: LocalDate;
  readonly status: PaymentOfferStatus;
  readonly problem: string | null;
  /** Who released it; null: nobody yet. */
  readonly sentBy: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

/** The columns of a PaymentOffer, of payment_offer as `o` and its payment as `p`. */
export const paymentOfferColumns = `
  o.id, o.connection_id AS "connectionId", o.payment_id AS "paymentId", p.match_id AS "matchId",
  o.open_item_id AS "openItemId", o.amount_minor AS "amountMinor", o.currency, o.paid_on AS "paidOn", o.status, o.problem,
  o.sent_by AS "sentBy", o.created_at AS "createdAt", o.completed_at AS "completedAt"`;

export const paymentOfferTables = `payment_offer o
  CROSS JOIN LATERAL (SELECT match_id FROM payment WHERE id = o.payment_id LIMIT 1) p`;
