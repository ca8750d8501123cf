import { documentSpans } from "../../core/matching/document-number.ts";
import type { MatchableTransaction } from "../../core/matching/types.ts";
import type { Sql } from "../../db/sql.ts";
import {
  type ItemForMatch,
  itemForMatchColumns,
  type TransactionForMatch,
  transactionForMatchColumns,
} from "./lock-for-match.sql.ts";

/** The most open items that each way of looking brings. */
const itemsOfWayMax = 100;
const numbersMax = 60;

/**
 * Open items that could be what a bank transaction paid, for core to score: by the open amount and close to it, by the
 * document numbers that its texts name, by the counterparty's name, and the newest. Each way is an index lookup with
 * a bound, whatever the number of open items.
 */
export async function readCandidateItems(
  sql: Sql,
  transaction: MatchableTransaction,
): Promise<ItemForMatch[]> {
  const { openMinor, amountMinor, currency, counterpartyName } = transaction;
  const kind = amountMinor > 0n ? "invoice" : "expense";
  const tolerance = openMinor / 20n;
  const way = (condition: string, order: string) => `
    (SELECT id FROM open_item
     WHERE kind = '${kind}' AND status IN ('open', 'part_paid') AND currency = $1 AND ${condition}
     ORDER BY ${order} LIMIT ${itemsOfWayMax})`;
  return sql.query<ItemForMatch>(
    `SELECT ${itemForMatchColumns} FROM open_item WHERE id IN (
       ${way("open_minor = $2", "id")}
       UNION ${way("open_minor BETWEEN $3 AND $4", "open_minor, id")}
       UNION ${way("number_key = ANY ($5::text[])", "number_key, id")}
       UNION ${way("counterparty_name = $6", "id")}
       UNION ${way("true", "issued_on DESC, id DESC")})`,
    [
      currency,
      openMinor,
      openMinor - tolerance,
      openMinor + tolerance,
      namedNumbers(transaction),
      counterpartyName,
    ],
    `candidate_items_${kind}`,
  );
}

const rivalsMax = 20;

/** Open transactions of the same amount: what they could settle, this one could only settle in their place. */
export async function readRivalTransactions(
  sql: Sql,
  transaction: MatchableTransaction,
): Promise<TransactionForMatch[]> {
  return sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM bank_transaction
     WHERE status IN ('unmatched', 'part_matched') AND amount_minor = $1 AND currency = $2 AND id <> $3
     ORDER BY id LIMIT ${rivalsMax}`,
    [transaction.amountMinor, transaction.currency, transaction.id],
    "rival_transactions",
  );
}

/** What the texts name that could be a document number, written as the column `number_key` is. */
function namedNumbers(transaction: MatchableTransaction): string[] {
  const { description, reference } = transaction;
  const spans = [reference ?? "", description].flatMap((text) => documentSpans(text));
  return [...new Set(spans.map(({ compact }) => compact))].slice(0, numbersMax);
}
