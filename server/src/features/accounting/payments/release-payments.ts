import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { recordAudits } from "../../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../../errors.ts";
import { knownIds } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { lockAccountingConnection } from "../accounting-connection.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { packageOf } from "../platform-link.ts";
import { enqueueSend } from "./enqueue-send.ts";
import {
  type PaymentOffer,
  type PaymentOfferStatus,
  paymentOfferColumns,
  paymentOfferTables,
} from "./payment-offer.ts";

/** The most offers that are sent or withdrawn in one go. */
export const offersMax = 500;

/**
 * Releases offered payments, and failed ones anew, to be booked in the accounting package.
 * @throws Forbidden, NotFound, InvalidInput for none or too many, Conflict for one that is on its way, booked or withdrawn
 */
export async function sendPayments(
  app: App,
  viewer: Viewer,
  offerIds: readonly string[],
): Promise<PaymentOffer[]> {
  return change(app, viewer, offerIds, {
    ...{ from: ["offered", "failed"], action: "payment_offer.sent" },
    apply: async (tx, ids, connectionIds) => {
      for (const connectionId of connectionIds) await refuseUnfit(app, tx, connectionId);
      await tx.query(
        `UPDATE payment_offer SET status = 'offered', sent_by = $2, problem = NULL, completed_at = NULL, looks = 0,
           next_look_at = NULL,
           send_key = CASE WHEN status = 'failed' THEN gen_random_uuid() ELSE send_key END
         WHERE id = ANY ($1::uuid[])`,
        [ids, viewer.actor.name],
      );
      for (const connectionId of connectionIds) await enqueueSend(tx, connectionId);
    },
  });
}

/**
 * Takes back offered payments. One that the platform gave up on is only taken off the list.
 * @throws Forbidden, NotFound, InvalidInput for none or too many, Conflict for one that is on its way or booked
 */
export async function withdrawPayments(
  app: App,
  viewer: Viewer,
  offerIds: readonly string[],
): Promise<PaymentOffer[]> {
  return change(app, viewer, offerIds, {
    ...{ from: ["offered", "failed", "timed_out"], action: "payment_offer.withdrawn" },
    apply: async (tx, ids) => {
      await tx.query(
        "UPDATE payment_offer SET status = 'withdrawn', completed_at = $2 WHERE id = ANY ($1::uuid[])",
        [ids, app.now()],
      );
    },
  });
}

async function change(
  app: App,
  viewer: Viewer,
  offerIds: readonly string[],
  how: {
    from: readonly PaymentOfferStatus[];
    action: string;
    apply: (
      tx: TenantTransaction,
      ids: readonly string[],
      connectionIds: readonly string[],
    ) => Promise<void>;
  },
): Promise<PaymentOffer[]> {
  authorise(viewer, "accounting:manage");
  const ids = knownIds(offerIds, "payment");
  if (ids.length === 0 || ids.length > offersMax) {
    throw new InvalidInput(`Name 1 to ${offersMax} payments.`, "offerIds");
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    await tx.query("SELECT FROM payment_offer WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE", [
      ids,
    ]);
    const before = await readOffersByIds(tx, ids);
    if (before.length < ids.length) throw new NotFound("payment");
    for (const { status } of before) {
      if (!how.from.includes(status)) throw new Conflict(notOpen[status]);
    }
    const connectionIds = [...new Set(before.map((offer) => offer.connectionId))];
    await how.apply(tx, ids, connectionIds);
    await recordAudits(
      tx,
      viewer,
      before.map(({ openItemId }) => ({
        ...{ action: how.action, subjectKind: "open_item", subjectId: openItemId, detail: {} },
      })),
    );
    for (const connectionId of connectionIds) emitAccountingChanged(tx, { connectionId });
    return readOffersByIds(tx, ids);
  });
}

const notOpen: Readonly<Record<PaymentOfferStatus, string>> = {
  offered: "This payment has not been sent.",
  sending: "This payment is on its way.",
  pending: "This payment is on its way.",
  success: "This payment is booked there.",
  failed: "This payment was refused.",
  timed_out: "Whether this payment is booked there is not known: look there.",
  withdrawn: "This payment was withdrawn.",
};

async function refuseUnfit(app: App, tx: TenantTransaction, connectionId: string): Promise<void> {
  const connection = await lockAccountingConnection(tx, connectionId);
  if (connection.status !== "linked") throw new Conflict("Grant access to the books first.");
  const platform = app.platforms.find(connection.platform);
  if (!(platform && packageOf(platform, connection.package)?.takesPayments)) {
    throw new Conflict("This package takes no payments.");
  }
}

function readOffersByIds(tx: TenantTransaction, ids: readonly string[]): Promise<PaymentOffer[]> {
  return tx.query<PaymentOffer>(
    `SELECT ${paymentOfferColumns} FROM ${paymentOfferTables} WHERE o.id = ANY ($1::uuid[]) ORDER BY o.id`,
    [ids],
  );
}
