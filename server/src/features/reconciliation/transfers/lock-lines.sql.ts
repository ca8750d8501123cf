import type { Sql } from "../../../db/sql.ts";
import {
  readBothSides,
  type TransactionForMatch,
  transactionForMatchColumns,
} from "../lock-for-match.sql.ts";

/** Bank transactions by id, locked in id order, as everybody locks them who decides about them. */
export async function lockLines(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, TransactionForMatch>> {
  const { transactions } = await readBothSides(
    sql,
    { transactionIds: [...new Set(ids)].sort(), openItemIds: [] },
    "FOR UPDATE",
  );
  return new Map(transactions.map((line) => [line.id, line]));
}

/** As lockLines, for more lines than a caller has locked already: what somebody else holds is left out. */
export async function lockFreeLines(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, TransactionForMatch>> {
  const rows = await sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM bank_transaction
     WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED`,
    [ids],
  );
  return new Map(rows.map((line) => [line.id, line]));
}
