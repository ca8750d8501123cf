import type { Sql } from "../../db/sql.ts";
import { type BankTransaction, bankTransactionColumns } from "./bank-transaction.ts";

/** Bank transactions by id, in no particular order. Ids that name nothing here are left out. */
export async function readTransactions(
  sql: Sql,
  ids: readonly string[],
): Promise<BankTransaction[]> {
  return sql.query<BankTransaction>(
    `SELECT ${bankTransactionColumns} FROM bank_transaction WHERE id = ANY ($1::uuid[])`,
    [ids],
    "read_transactions",
  );
}

/** As {@link readTransactions}, in the order of the ids. */
export async function readTransactionsInOrder(
  sql: Sql,
  ids: readonly string[],
): Promise<BankTransaction[]> {
  const found = new Map((await readTransactions(sql, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => found.get(id.toLowerCase()) ?? []);
}
