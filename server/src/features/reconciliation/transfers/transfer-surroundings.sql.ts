import { documentSpans } from "../../../core/matching/document-number.ts";
import {
  transferDaysMax,
  transferTolerancePercent,
} from "../../../core/matching/find-transfers.ts";
import { convert, type RateTable } from "../../../core/matching/rates.ts";
import type {
  DeclinedTransferPair,
  OwnAccount,
  TransferInput,
  TransferLine,
} from "../../../core/matching/transfer-types.ts";
import { magnitude } from "../../../core/money.ts";
import type { Sql } from "../../../db/sql.ts";
import { readRates } from "../../rates/read-rates.ts";
import { transactionForMatchColumns } from "../lock-for-match.sql.ts";

/** What the search for transfers needs beside the lines. */
export type TransferSurroundings = Omit<TransferInput, "transactions">;

/** The organisation's accounts, its name, what was rejected, and rates. */
export async function readTransferSurroundings(sql: Sql): Promise<TransferSurroundings> {
  const accounts = await sql.query<OwnAccount>(
    `SELECT a.id, a.name, a.mask, coalesce(a.institution_name,
       (SELECT c.institution_name FROM bank_connection c WHERE c.id = a.connection_id)) AS "institutionName"
     FROM financial_account a`,
  );
  const names = await sql.query<{ name: string }>("SELECT name FROM organisation LIMIT 1");
  const declined = await sql.query<DeclinedTransferPair>(
    `SELECT out_transaction_id AS "outTransactionId", in_transaction_id AS "inTransactionId" FROM declined_transfer`,
  );
  const rates = await readRates(sql);
  return { accounts, ownNames: names.map(({ name }) => name), declined, rates };
}

/** The numbers of open documents among those that the texts of some lines could name. */
export async function readNamedNumbers(
  sql: Sql,
  lines: readonly TransferLine[],
): Promise<ReadonlySet<string>> {
  const texts = lines.flatMap(({ reference, description }) => [reference ?? "", description]);
  const named = new Set(texts.flatMap((text) => documentSpans(text)).map(({ compact }) => compact));
  const rows = await sql.query<{ key: string }>(
    `SELECT DISTINCT number_key AS key FROM open_item
     WHERE status IN ('open', 'part_paid') AND number_key = ANY ($1::text[])`,
    [[...named]],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Numbers of documents as `openNumbers` has them, and the column `number_key`. */
export function numberKeys(numbers: Iterable<string>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const number of numbers) keys.add(number.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase());
  return keys;
}

const othersMax = 50;

/**
 * The bank transactions that could be the other side of given ones, and those that could be theirs: with all of them
 * the search decides about the given ones as it would over everything that is open.
 */
export async function readTransferRivals(
  sql: Sql,
  lines: readonly TransferLine[],
  rates: RateTable | undefined,
): Promise<TransferLine[]> {
  const known = new Map(lines.map((line) => [line.id, line]));
  let asked: readonly TransferLine[] = lines;
  // The others, then the others of those.
  for (let round = 0; round < 2; round++) {
    const found = await readOpposite(sql, asked, rates);
    asked = found.filter(({ id }) => !known.has(id));
    for (const line of asked) known.set(line.id, line);
  }
  return [...known.values()];
}

async function readOpposite(
  sql: Sql,
  lines: readonly TransferLine[],
  rates: RateTable | undefined,
): Promise<TransferLine[]> {
  if (lines.length === 0) return [];
  const wanted = lines.flatMap((line) => [
    { line, low: -line.amountMinor, high: -line.amountMinor, currency: line.currency as string },
    ...convertedRanges(line, rates),
  ]);
  return sql.query<TransferLine>(
    `SELECT DISTINCT ON (t.id) t.* FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::uuid[], $5::date[])
       AS w (low, high, currency, account_id, day)
     CROSS JOIN LATERAL (
       SELECT ${transactionForMatchColumns} FROM bank_transaction
       WHERE status IN ('unmatched', 'part_matched') AND status = 'unmatched' AND NOT pending
         AND amount_minor BETWEEN w.low AND w.high AND currency = w.currency AND account_id <> w.account_id
         AND booked_on BETWEEN w.day - ${transferDaysMax} AND w.day + ${transferDaysMax}
       ORDER BY amount_minor, id LIMIT ${othersMax}) t`,
    [
      wanted.map(({ low }) => String(low)),
      wanted.map(({ high }) => String(high)),
      wanted.map(({ currency }) => currency),
      wanted.map(({ line }) => line.accountId),
      wanted.map(({ line }) => line.bookedOn),
    ],
  );
}

/** Somewhat wider than the tolerance: the search converts on the day on which money went out. */
function convertedRanges(line: TransferLine, rates: RateTable | undefined) {
  if (!rates) return [];
  const margin = BigInt(transferTolerancePercent * 2);
  return currenciesOf(rates, line.currency).flatMap((currency) => {
    const worth = convert(
      rates,
      magnitude(line.amountMinor),
      line.currency,
      currency,
      line.bookedOn,
    );
    if (worth === null) return [];
    const [low, high] = [
      (worth.amountMinor * (100n - margin)) / 100n,
      (worth.amountMinor * (100n + margin)) / 100n + 1n,
    ];
    return line.amountMinor < 0n
      ? [{ line, low, high, currency: currency as string }]
      : [{ line, low: -high, high: -low, currency: currency as string }];
  });
}

function currenciesOf(rates: RateTable, own: TransferLine["currency"]) {
  const named = new Set([...rates.keys()].flatMap((pair) => pair.split("/")));
  named.delete(own);
  return [...named].sort() as TransferLine["currency"][];
}
