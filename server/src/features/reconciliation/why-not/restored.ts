import type { Sql } from "../../../db/sql.ts";
import {
  type ItemForMatch,
  readBothSides,
  type TransactionForMatch,
} from "../lock-for-match.sql.ts";
import type { Match } from "../match.ts";

/** Both sides of a pair, and the other sides of some matches of theirs, as they were before these matches. */
export interface Restored {
  readonly transaction: TransactionForMatch;
  readonly item: ItemForMatch;
  readonly otherTransactions: readonly TransactionForMatch[];
  readonly otherItems: readonly ItemForMatch[];
}

/** The most of other sides that are looked at. */
const othersMax = 200;

/** Reads what live matches have taken back to what it was without them, without writing anything. */
export async function restored(
  sql: Sql,
  pair: { readonly transaction: TransactionForMatch; readonly item: ItemForMatch },
  matches: readonly Match[],
): Promise<Restored> {
  const payments = [...new Map(matches.map((match) => [match.id, match])).values()].flatMap(
    (match) => match.payments,
  );
  const taken = new Map<string, bigint>();
  const take = (id: string, minor: bigint) => taken.set(id, (taken.get(id) ?? 0n) + minor);
  for (const { transactionId, transactionMinor, openItem, amountMinor } of payments) {
    take(transactionId, transactionMinor);
    take(openItem.id, amountMinor);
  }
  const others = (ids: readonly string[], own: string) =>
    [...new Set(ids)].filter((id) => id !== own).slice(0, othersMax);
  const sides = await readBothSides(
    sql,
    {
      transactionIds: others(
        payments.map(({ transactionId }) => transactionId),
        pair.transaction.id,
      ),
      openItemIds: others(
        payments.map(({ openItem }) => openItem.id),
        pair.item.id,
      ),
    },
    "",
  );
  const asBefore = <Row extends TransactionForMatch | ItemForMatch>(row: Row): Row => ({
    ...row,
    openMinor: row.openMinor + (taken.get(row.id) ?? 0n),
  });
  return {
    transaction: asBefore(pair.transaction),
    item: asBefore(pair.item),
    otherTransactions: sides.transactions.map(asBefore),
    otherItems: sides.items.map(asBefore),
  };
}
