import type { DeclinedPair } from "../../core/matching/types.ts";
import type { Sql } from "../../db/sql.ts";
import {
  type ItemForMatch,
  itemForMatchColumns,
  type TransactionForMatch,
  transactionForMatchColumns,
} from "./lock-for-match.sql.ts";

/** The most rows of each side that one run of automatic matching looks at: the newest. */
const rowsMax = 250_000;
const chunkRows = 10_000;

export interface OpenBooks {
  readonly transactions: TransactionForMatch[];
  readonly items: ItemForMatch[];
  readonly declined: DeclinedPair[];
}

/** Everything that is still open on both sides, and the pairs that people declined. */
export async function loadForMatching(sql: Sql): Promise<OpenBooks> {
  // Statuses in the text: partial indexes cover them.
  const transactions = await inChunks<TransactionForMatch>(
    sql,
    "booked_on",
    "bookedOn",
    (after) => `
    SELECT ${transactionForMatchColumns} FROM bank_transaction
    WHERE status IN ('unmatched', 'part_matched') AND NOT pending ${after}
    ORDER BY booked_on DESC, id DESC LIMIT ${chunkRows}`,
  );
  const items = await inChunks<ItemForMatch>(
    sql,
    "issued_on",
    "issuedOn",
    (after) => `
    SELECT ${itemForMatchColumns} FROM open_item
    WHERE status IN ('open', 'part_paid') ${after}
    ORDER BY issued_on DESC, id DESC LIMIT ${chunkRows}`,
  );
  return { transactions, items, declined: await loadDeclined(sql) };
}

/** In chunks, so that neither the connection nor the event loop is held for long. */
async function inChunks<Row extends { id: string }>(
  sql: Sql,
  dayColumn: string,
  dayField: keyof Row,
  statement: (after: string) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < rowsMax) {
    const last = rows.at(-1);
    const chunk = last
      ? await sql.query<Row>(statement(`AND (${dayColumn}, id) < ($1::date, $2::uuid)`), [
          last[dayField],
          last.id,
        ])
      : await sql.query<Row>(statement(""));
    for (const row of chunk) rows.push(row);
    if (chunk.length < chunkRows) break;
  }
  return rows;
}

/** Only pairs that are still open on both sides: the others cannot be proposed. */
function loadDeclined(sql: Sql): Promise<DeclinedPair[]> {
  return sql.query<DeclinedPair>(`
    SELECT d.transaction_id AS "transactionId", d.open_item_id AS "itemId"
    FROM declined_pair d JOIN open_item o ON o.id = d.open_item_id
    WHERE o.status IN ('open', 'part_paid')`);
}
