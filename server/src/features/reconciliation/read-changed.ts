import type { Sql } from "../../db/sql.ts";
import type { OpenItem } from "../documents/open-item.ts";
import { readOpenItems } from "../documents/read-open-items.ts";
import { NotFound } from "../errors.ts";
import type { BankTransaction } from "../transactions/bank-transaction.ts";
import { readTransactions } from "../transactions/read-transactions.ts";
import type { Match } from "./match.ts";
import { readMatches } from "./read-matches.sql.ts";

/** A match that was made or undone, and both sides as they are afterwards. */
export interface ChangedByMatch {
  readonly match: Match;
  readonly transactions: readonly BankTransaction[];
  readonly openItems: readonly OpenItem[];
}

/** @throws NotFound */
export async function readChangedByMatch(
  sql: Sql,
  matchId: string,
  ids: { transactionIds: readonly string[]; openItemIds: readonly string[] },
): Promise<ChangedByMatch> {
  const [match] = await readMatches(sql, [matchId]);
  if (!match) throw new NotFound("match");
  const transactions = await readTransactions(sql, ids.transactionIds);
  const openItems = await readOpenItems(sql, ids.openItemIds);
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return { match, transactions: transactions.sort(byId), openItems: openItems.sort(byId) };
}
