import { documentSpans } from "../../core/matching/document-number.ts";
import { convert, type RateTable } from "../../core/matching/rates.ts";
import type { MatchableTransaction } from "../../core/matching/types.ts";
import { tokens } from "../../core/text.ts";
import type { Sql } from "../../db/sql.ts";
import { type ItemForMatch, itemForMatchColumns } from "./lock-for-match.sql.ts";

/** The most open items that each way of looking brings. */
const itemsOfWayMax = 100;
const numbersMax = 60;
const wordsMax = 60;

/**
 * Open items that could be what a bank transaction paid, for core to score: by the open amount and close to it, by the
 * document numbers that its texts name, by the counterparty's name, and the newest; across currencies by the amount at
 * the rate of the day; demands of the account's block also by the unit and the surname that its texts name. Each way is
 * an index lookup with a bound, whatever the number of open items.
 * @param known.clientNames whom the payer is known as, beside the counterparty's own name
 */
export async function readCandidateItems(
  sql: Sql,
  transaction: MatchableTransaction,
  known: { readonly rates: RateTable; readonly clientNames: readonly string[] },
): Promise<ItemForMatch[]> {
  const { openMinor, amountMinor, currency, blockId } = transaction;
  const family = amountMinor > 0n ? "income" : "expense";
  const kinds = amountMinor > 0n ? "kind IN ('invoice', 'demand')" : "kind = 'expense'";
  const tolerance = openMinor / 10n;
  const way = (condition: string, order: string) => `
    (SELECT id FROM open_item
     WHERE ${kinds} AND status IN ('open', 'part_paid') AND (block_id IS NULL OR block_id = $7) AND ${condition}
     ORDER BY ${order} LIMIT ${itemsOfWayMax})`;
  const others = await otherCurrencies(sql, transaction, known.rates);
  return sql.query<ItemForMatch>(
    `SELECT ${itemForMatchColumns} FROM open_item WHERE id IN (
       ${way("currency = $1 AND open_minor = $2", "id")}
       UNION ${way("currency = $1 AND open_minor BETWEEN $3 AND $4", "open_minor, id")}
       UNION ${way("number_key = ANY ($5::text[])", "number_key, id")}
       UNION ${way("counterparty_name = ANY ($6::text[])", "id")}
       UNION ${way("currency = $1", "issued_on DESC, id DESC")}
       UNION (SELECT near.id FROM unnest($8::text[], $9::bigint[], $10::bigint[]) AS c (currency, low, high)
         CROSS JOIN LATERAL ${way("open_item.currency = c.currency AND open_minor BETWEEN c.low AND c.high", "open_minor, id")} near)
       UNION ${way("kind = 'demand' AND unit_id IN (SELECT u.id FROM unit u WHERE u.block_id = $7 AND lower(u.number) = ANY ($11::text[]))", "issued_on DESC, id DESC")}
       UNION ${way("kind = 'demand' AND leaseholder_id IN (SELECT l.id FROM leaseholder l WHERE l.block_id = $7 AND lower(l.surname) = ANY ($11::text[]))", "issued_on DESC, id DESC")})`,
    [
      ...[currency, openMinor, openMinor - tolerance, openMinor + tolerance],
      ...[namedNumbers(transaction), namesOf(transaction, known.clientNames), blockId],
      others.map((other) => other.currency),
      others.map(({ low }) => low),
      others.map(({ high }) => high),
      blockId === null ? [] : namedWords(transaction),
    ],
    `candidate_items_${family}`,
  );
}

function namesOf({ counterpartyName }: MatchableTransaction, known: readonly string[]): string[] {
  return [...new Set(counterpartyName === null ? known : [counterpartyName, ...known])];
}

/** What the texts name that could be a document number, written as the column `number_key` is. */
function namedNumbers(transaction: MatchableTransaction): string[] {
  const { description, reference } = transaction;
  const spans = [reference ?? "", description].flatMap((text) => documentSpans(text));
  return [...new Set(spans.map(({ compact }) => compact))].slice(0, numbersMax);
}

/** Words of the texts that could be a unit's number or a surname, and neighbours of two: "flat 3" is one number. */
function namedWords({ reference, description }: MatchableTransaction): string[] {
  const words = [reference ?? "", description].flatMap((text) => {
    const single = tokens(text);
    return [...single, ...single.slice(1).map((word, at) => `${single[at]} ${word}`)];
  });
  return [...new Set(words)].slice(0, 2 * wordsMax);
}

interface OtherCurrency {
  readonly currency: string;
  readonly low: bigint;
  readonly high: bigint;
}

/** What the amount is about worth in the currencies that rates are loaded of. */
async function otherCurrencies(
  sql: Sql,
  { currency, openMinor, bookedOn }: MatchableTransaction,
  rates: RateTable,
): Promise<OtherCurrency[]> {
  if (rates.size === 0) return [];
  const open = await sql.query<{ currency: MatchableTransaction["currency"] }>(
    // One step along the index for each currency that there is.
    `WITH RECURSIVE known AS (
       (SELECT currency FROM open_item WHERE status IN ('open', 'part_paid') ORDER BY currency LIMIT 1)
       UNION ALL
       SELECT (SELECT o.currency FROM open_item o WHERE o.status IN ('open', 'part_paid') AND o.currency > known.currency
               ORDER BY o.currency LIMIT 1)
       FROM known WHERE known.currency IS NOT NULL)
     SELECT currency FROM known WHERE currency IS NOT NULL AND currency <> $1`,
    [currency],
  );
  return open.flatMap((other) => {
    const worth = convert(rates, openMinor, currency, other.currency, bookedOn);
    if (worth === null) return [];
    const tolerance = worth.amountMinor / 10n;
    return [
      {
        currency: other.currency,
        low: worth.amountMinor - tolerance,
        high: worth.amountMinor + tolerance,
      },
    ];
  });
}
