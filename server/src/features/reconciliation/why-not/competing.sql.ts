import { tokens } from "../../../core/text.ts";
import type { Sql } from "../../../db/sql.ts";
import {
  type ItemForMatch,
  type TransactionForMatch,
  transactionForMatchColumns,
} from "../lock-for-match.sql.ts";

/** Texts have no index: so many of the newest open lines are read for one that names an item. */
const linesReadMax = 5_000;

/**
 * Open transactions that could settle one of these items in place of the given one: of the same amount as the
 * transaction or an item, or naming the item that is asked about by its number or its counterparty. The nearest by day.
 */
export async function readCompetingTransactions(
  sql: Sql,
  transaction: TransactionForMatch,
  { items, asked }: { items: readonly ItemForMatch[]; asked: ItemForMatch },
  countMax: number,
): Promise<TransactionForMatch[]> {
  const sign = transaction.amountMinor < 0n ? -1n : 1n;
  const ofItems = items.map(({ openMinor }) => sign * openMinor);
  const amounts = [...new Set([transaction.amountMinor, ...ofItems])];
  const byAmount = await readTransactionsOfAmounts(sql, transaction, amounts, countMax);
  const byText = await sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM (
       SELECT * FROM bank_transaction WHERE status IN ('unmatched', 'part_matched')
       ORDER BY booked_on DESC, id DESC LIMIT ${linesReadMax}
     ) AS bank_transaction
     WHERE sign(amount_minor) = $1 AND id <> $2
       AND (position($3 in lower(regexp_replace(concat_ws(' ', reference, description), '[^[:alnum:]]', '', 'g'))) > 0
         OR counterparty_name = ANY ($4::text[]))
     ORDER BY abs(booked_on - $5::date), id LIMIT $6`,
    [
      ...[Number(sign), transaction.id, numberKeyOf(asked)],
      [asked.counterpartyName, transaction.counterpartyName ?? asked.counterpartyName],
      ...[transaction.bookedOn, countMax],
    ],
  );
  const rivals = new Map([...byAmount, ...byText].map((row) => [row.id, row]));
  return [...rivals.values()];
}

/** Other open transactions of these signed amounts, the nearest by day. */
export function readTransactionsOfAmounts(
  sql: Sql,
  transaction: TransactionForMatch,
  amounts: readonly bigint[],
  countMax: number,
): Promise<TransactionForMatch[]> {
  return sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM bank_transaction
     WHERE status IN ('unmatched', 'part_matched') AND amount_minor = ANY ($1::bigint[]) AND id <> $2
     ORDER BY abs(booked_on - $3::date), id LIMIT $4`,
    [amounts, transaction.id, transaction.bookedOn, countMax],
  );
}

function numberKeyOf({ number }: ItemForMatch): string {
  return tokens(number).join("") || number.toLowerCase();
}
