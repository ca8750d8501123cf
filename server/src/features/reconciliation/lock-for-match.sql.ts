import type { CurrencyCode } from "../../core/currencies.ts";
import type { ManualItem, ManualTransaction } from "../../core/matching/check-manual-match.ts";
import type { MatchableItem, MatchableTransaction } from "../../core/matching/types.ts";
import type { Sql } from "../../db/sql.ts";
import type { BankTransactionStatus, OpenItemStatus } from "../../generated/prisma/enums.ts";

/** A bank transaction as a match finds it: what matching looks at, and whether it may be matched. */
export interface TransactionForMatch extends MatchableTransaction {
  readonly status: BankTransactionStatus;
}

export interface ItemForMatch extends MatchableItem {
  readonly status: OpenItemStatus;
}

/** The columns of a TransactionForMatch, of the table `bank_transaction`. */
export const transactionForMatchColumns = `
  id, account_id AS "accountId", booked_on AS "bookedOn", amount_minor AS "amountMinor",
  abs(amount_minor) - allocated_minor AS "openMinor", currency, description, reference,
  counterparty_name AS "counterpartyName", pending, status,
  (SELECT a.block_id FROM financial_account a WHERE a.id = bank_transaction.account_id) AS "blockId"`;

/** The columns of an ItemForMatch, of the table `open_item`. */
export const itemForMatchColumns = `
  id, kind, number, counterparty_name AS "counterpartyName", issued_on AS "issuedOn", due_on AS "dueOn",
  currency, amount_minor AS "amountMinor", amount_minor - allocated_minor AS "openMinor", status, block_id AS "blockId",
  (SELECT u.number FROM unit u WHERE u.id = open_item.unit_id) AS "unitNumber",
  (SELECT l.surname FROM leaseholder l WHERE l.id = open_item.leaseholder_id) AS surname`;

export interface BothSides {
  readonly transactions: readonly TransactionForMatch[];
  readonly items: readonly ItemForMatch[];
}

/**
 * Both sides of a match, in id order. Every operation that changes what is allocated locks the transactions
 * first and then the items, each in id order: two of them wait for each other, and never in a circle.
 */
export async function readBothSides(
  sql: Sql,
  ids: { transactionIds: readonly string[]; openItemIds: readonly string[] },
  lock: "FOR UPDATE" | "",
): Promise<BothSides> {
  const transactions = await sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM bank_transaction
     WHERE id = ANY ($1::uuid[]) ORDER BY id ${lock}`,
    [ids.transactionIds],
  );
  const items = await sql.query<ItemForMatch>(
    `SELECT ${itemForMatchColumns} FROM open_item WHERE id = ANY ($1::uuid[]) ORDER BY id ${lock}`,
    [ids.openItemIds],
  );
  return { transactions, items };
}

export function asManualTransaction(transaction: TransactionForMatch): ManualTransaction {
  const { id, blockId, amountMinor, openMinor, currency, status } = transaction;
  const state = status === "excluded" || status === "removed" ? status : "live";
  return { id, blockId, amountMinor, openMinor, currency: currency as CurrencyCode, state };
}

export function asManualItem(item: ItemForMatch): ManualItem {
  const { id, kind, blockId, openMinor, currency, status } = item;
  const state = status === "void" || status === "paid" ? status : "open";
  return { id, kind, blockId, openMinor, currency, state };
}
