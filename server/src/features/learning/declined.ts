import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { Conditions } from "../conditions.ts";
import { type ForwardArguments, keysetCursor, keysetPage, keysetRequest } from "../keyset-page.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** That an open item is not what a bank transaction paid. */
export interface DeclinedPair {
  readonly transactionId: string;
  readonly openItemId: string;
  readonly declinedBy: string;
  readonly declinedAt: Date;
  /** To the microsecond, which a Date would lose. */
  readonly place: string;
}

/** That two lines are no transfer. */
export interface DeclinedTransfer {
  readonly outTransactionId: string;
  readonly inTransactionId: string;
  readonly declinedBy: string;
  readonly declinedAt: Date;
}

const declinedColumns = `declined_by AS "declinedBy", declined_at AS "declinedAt"`;
const placeOf = `to_char(declined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** One page of the pairs that are not suggested again, the last declined first. @throws Forbidden, InvalidInput */
export async function listDeclinedPairs(app: App, viewer: Viewer, args: ForwardArguments) {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(
    args,
    ([place = "", ...ids]) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(place) &&
      ids.length === 2 &&
      ids.every((id) => isUuid(id)),
  );
  const conditions = new Conditions();
  if (page.after) {
    const [place, transaction, item] = page.after.map((part) => conditions.value(part));
    conditions.add(
      `(declined_at, transaction_id, open_item_id) < (${place}::timestamptz, ${transaction}::uuid, ${item}::uuid)`,
    );
  }
  const limit = conditions.value(page.count + 1);
  const read = <Row extends object>(text: string, values: readonly unknown[]) =>
    readAsOrganisation(app.database, viewer.organisationId, (sql) => sql.query<Row>(text, values));
  const found = await read<DeclinedPair>(
    `SELECT transaction_id AS "transactionId", open_item_id AS "openItemId", ${declinedColumns}, ${placeOf} AS place
     FROM declined_pair ${conditions.where()}
     ORDER BY declined_at DESC, transaction_id DESC, open_item_id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return {
    ...keysetPage(page, found),
    countAll: async () => {
      const [row] = await read<{ count: bigint }>("SELECT count(*) FROM declined_pair", []);
      return Number(row?.count ?? 0n);
    },
  };
}

export function declinedPairCursor({ place, transactionId, openItemId }: DeclinedPair): string {
  return keysetCursor([place, transactionId, openItemId]);
}

export const declinedTransferColumns = `out_transaction_id AS "outTransactionId",
  in_transaction_id AS "inTransactionId", ${declinedColumns}`;

/** The transfers that are not found again, the last declined first. @throws Forbidden */
export async function listDeclinedTransfers(
  app: App,
  viewer: Viewer,
  first: number,
): Promise<DeclinedTransfer[]> {
  authorise(viewer, "transactions:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<DeclinedTransfer>(
      `SELECT ${declinedTransferColumns} FROM declined_transfer
       ORDER BY declined_at DESC, out_transaction_id, in_transaction_id LIMIT $1`,
      [first],
    ),
  );
}
