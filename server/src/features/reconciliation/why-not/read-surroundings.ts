import { addDays } from "../../../core/dates.ts";
import type { MatchingInput } from "../../../core/matching/propose-matches.ts";
import type { DeclinedPair } from "../../../core/matching/types.ts";
import type { Sql } from "../../../db/sql.ts";
import {
  type AliasOfPayer,
  groupAliases,
  payerKeysOf,
  readAliasesOfPayers,
} from "../../learning/read-aliases.ts";
import { readProfilesInUse } from "../../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../../rates/read-rates.ts";
import { readCandidateItems } from "../candidates.sql.ts";
import type { ItemForMatch, TransactionForMatch } from "../lock-for-match.sql.ts";
import { readNamedClients } from "../rules/named-clients.ts";
import { readCompetingTransactions, readTransactionsOfAmounts } from "./competing.sql.ts";

/** The most of each side that competes with a pair and is looked at. */
const rivalsMax = 200;
/** For candidates, which are asked for often, only the other transactions of the same amount, and fewer. */
const rivalsOfCandidatesMax = 20;
/** Rates of so many days around a transaction: what competes with it was booked about then. */
const rateDays = 60;

/**
 * A transaction, the open item that is asked about where one is, and what competes with both, as a run would see them:
 * enough for core to decide as a run does, and bounded whatever the books hold.
 */
export async function readSurroundings(
  sql: Sql,
  transaction: TransactionForMatch,
  item: ItemForMatch | null,
): Promise<MatchingInput & { items: readonly ItemForMatch[] }> {
  const { bookedOn } = transaction;
  const rates = await readRates(sql, {
    from: addDays(bookedOn, -rateDays),
    to: addDays(bookedOn, rateDays),
  });
  const known = await readAliasesOfPayers(sql, payerKeysOf([transaction]));
  const clientNames = known.map(({ clientName }) => clientName);
  const found = await readCandidateItems(sql, transaction, { rates, clientNames });
  const items = found.filter(({ id }) => id !== item?.id).slice(0, item ? rivalsMax : undefined);
  if (item) items.push(item);
  const rivals = item
    ? await readCompetingTransactions(sql, transaction, { items, asked: item }, rivalsMax)
    : await readTransactionsOfAmounts(
        sql,
        transaction,
        [transaction.amountMinor],
        rivalsOfCandidatesMax,
      );
  const transactions = [transaction, ...rivals];
  const ids = transactions.map(({ id }) => id);
  const clients = await readNamedClients(sql, ids);
  const aliases: AliasOfPayer[] = [
    ...known,
    ...(await readAliasesOfPayers(sql, payerKeysOf(rivals))),
  ];
  return {
    ...(await readProfilesInUse(sql)),
    transactions: transactions.map((one) => ({ ...one, clientName: clients.get(one.id) ?? null })),
    items,
    rates,
    aliases: groupAliases(aliases),
    declined: await sql.query<DeclinedPair>(
      `SELECT transaction_id AS "transactionId", open_item_id AS "itemId"
       FROM declined_pair WHERE transaction_id = ANY ($1::uuid[])`,
      [ids],
    ),
  };
}
