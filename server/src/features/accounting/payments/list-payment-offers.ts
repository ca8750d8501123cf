import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { NotFound } from "../../errors.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import {
  type PaymentOffer,
  type PaymentOfferStatus,
  paymentOfferColumns,
  paymentOfferTables,
} from "./payment-offer.ts";

/** One page of a connection's payments, the last offered first. @throws Forbidden, NotFound, InvalidInput */
export async function listPaymentOffers(
  app: App,
  viewer: Viewer,
  connectionId: string,
  request: { page: ForwardArguments; status?: PaymentOfferStatus | null },
): Promise<Page<PaymentOffer>> {
  authorise(viewer, "open_items:read");
  const page = keysetRequest(request.page, (parts) => parts.length === 1 && isUuid(parts[0]));
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    if ((await findAccountingConnection(sql, connectionId)) === null) {
      throw new NotFound("accounting connection");
    }
    const found = await sql.query<PaymentOffer>(
      `SELECT ${paymentOfferColumns} FROM ${paymentOfferTables}
       WHERE o.connection_id = $1 AND ($2::text IS NULL OR o.status = $2) AND ($3::uuid IS NULL
         OR (o.created_at, o.id) < (SELECT created_at, id FROM payment_offer WHERE id = $3))
       ORDER BY o.created_at DESC, o.id DESC LIMIT $4`,
      [connectionId, request.status ?? null, page.after?.[0] ?? null, page.count + 1],
    );
    return keysetPage(page, found);
  });
}

export function paymentOfferCursor({ id }: PaymentOffer): string {
  return keysetCursor([id]);
}
