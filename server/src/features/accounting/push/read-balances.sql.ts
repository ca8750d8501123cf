import type { PushedLine } from "../../../core/accounting/push-rules.ts";
import { plainArray } from "../../../db/array-literals.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";

/** What the bank says is on a feed's account; null where it has said nothing. */
export async function readBalance(sql: Sql, feed: Feed): Promise<bigint | null> {
  const [account] = await sql.query<{ balance: bigint | null }>(
    "SELECT balance_current_minor AS balance FROM financial_account WHERE id = $1",
    [feed.accountId],
  );
  return account?.balance ?? null;
}

/**
 * Lines in their order with the account's balance behind each, counted back from what the bank has told: what came after
 * the last of them is summed once, and what lies between them beside it.
 */
export async function readBalances(
  sql: Sql,
  feed: Feed,
  planned: readonly PushedLine[],
): Promise<PushedLine[]> {
  const [first] = planned;
  const last = planned.at(-1);
  if (first === undefined || last === undefined) return [];
  const posted = "t.account_id = $1 AND t.removed_at IS NULL AND NOT t.pending";
  const rows = await sql.query<{ id: string; balance: bigint | null }>(
    // What is of all lines stands by itself: joined, it was counted anew for each of them.
    `SELECT id, balance FROM (
       SELECT t.id, (SELECT balance_current_minor FROM financial_account WHERE id = $1)
         - (SELECT coalesce(sum(t.amount_minor), 0)::bigint FROM bank_transaction t
            WHERE ${posted} AND t.booked_on >= $4::date AND (t.booked_on, t.id) > ($4::date, $5::uuid))
         - coalesce(sum(t.amount_minor) OVER (
             ORDER BY t.booked_on DESC, t.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS balance
       FROM bank_transaction t
       WHERE ${posted} AND t.booked_on BETWEEN $2::date AND $4::date
         AND (t.booked_on, t.id) >= ($2::date, $3::uuid) AND (t.booked_on, t.id) <= ($4::date, $5::uuid)) b
     WHERE id = ANY ($6::uuid[])`,
    [
      ...[feed.accountId, first.bookedOn, first.transactionId, last.bookedOn, last.transactionId],
      plainArray(planned.map((line) => line.transactionId)),
    ],
  );
  const balances = new Map(rows.map((row) => [row.id, row.balance]));
  return planned.map((line) => ({
    ...line,
    balanceMinor: balances.get(line.transactionId) ?? null,
  }));
}
