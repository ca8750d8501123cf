import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { knownIdOr } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import type { PaymentOfferStatus } from "./payment-offer.ts";

/** How many payments all pages of listPaymentOffers have. @throws Forbidden */
export async function countPaymentOffers(
  app: App,
  viewer: Viewer,
  connectionId: string,
  status: PaymentOfferStatus | null,
): Promise<number> {
  authorise(viewer, "open_items:read");
  const [row] = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM payment_offer
       WHERE connection_id = $1 AND ($2::text IS NULL OR status = $2)`,
      [knownIdOr(connectionId, null), status],
    ),
  );
  return row?.count ?? 0;
}
