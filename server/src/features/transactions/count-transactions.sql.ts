import type { Sql } from "../../db/sql.ts";
import { Conditions } from "../conditions.ts";
import { addTransactionFilter, type TransactionFilter } from "./transaction-filter.ts";

/** How many bank transactions a filter finds. Reads them all: only where a caller asks. */
export async function countTransactions(sql: Sql, filter: TransactionFilter): Promise<number> {
  const conditions = new Conditions();
  addTransactionFilter(conditions, filter);
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) FROM bank_transaction ${conditions.where()}`,
    conditions.values,
  );
  return Number(row?.count ?? 0n);
}
