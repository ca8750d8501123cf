import type { LocalDate } from "../../../core/dates.ts";
import { plainArray } from "../../../db/array-literals.ts";
import type { Sql } from "../../../db/sql.ts";
import { type Feed, feedColumns } from "../feed.ts";
import { type FeedLine, type FeedLineState, feedLineColumns } from "./feed-line.ts";

/** One bank transaction beside one feed of its account. */
export interface Standing {
  readonly feed: Feed;
  readonly transaction: StandingTransaction;
  readonly line: FeedLine | null;
  /** Another feed of the account has sent it into the same account of the books. */
  readonly thereBefore: boolean;
}

interface StandingTransaction {
  readonly id: string;
  readonly accountId: string;
  readonly bookedOn: LocalDate;
  readonly pending: boolean;
  readonly reconciled: boolean;
  readonly removed: boolean;
}

/** Each bank transaction beside each feed of its account, those that have ended last. One statement where there is none. */
export async function readStanding(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Standing[]> {
  const ids = plainArray(transactionIds);
  const feeds = await sql.query<Feed>(
    `SELECT ${feedColumns} FROM feed_account
     WHERE account_id = ANY (ARRAY(SELECT DISTINCT account_id FROM bank_transaction WHERE id = ANY ($1::uuid[])))
     ORDER BY disconnected_at NULLS FIRST, created_at, id`,
    [ids],
  );
  if (feeds.length === 0) return [];
  const transactions = await sql.query<StandingTransaction>(
    `SELECT id, account_id AS "accountId", booked_on AS "bookedOn", pending,
       status IN ('matched', 'excluded') AS reconciled, removed_at IS NOT NULL AS removed
     FROM bank_transaction WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  const pairs = transactions.flatMap((transaction) =>
    feeds
      .filter((feed) => feed.accountId === transaction.accountId)
      .map((feed) => ({ feed, transaction })),
  );
  const lines = await readLines(sql, pairs);
  return pairs.map(({ feed, transaction }) => ({
    ...{ feed, transaction, line: lines.get(key(feed.id, transaction.id)) ?? null },
    thereBefore: feeds.some((other) => {
      if (other.id === feed.id || !feedTheSame(other, feed)) return false;
      const line = lines.get(key(other.id, transaction.id));
      return line !== undefined && isThere(line.state);
    }),
  }));
}

const statesThere: ReadonlySet<FeedLineState> = new Set([
  "under_way",
  "pushed",
  "confirmed",
  "missing",
  "changed",
]);

/** It is on its way, or was taken. */
export function isThere(state: FeedLineState): boolean {
  return statesThere.has(state);
}

async function readLines(
  sql: Sql,
  pairs: readonly Pick<Standing, "feed" | "transaction">[],
): Promise<Map<string, FeedLine>> {
  const rows = await sql.query<FeedLine>(
    `SELECT ${feedLineColumns} FROM unnest($1::uuid[], $2::uuid[]) AS p (feed_id, transaction_id)
     CROSS JOIN LATERAL (SELECT * FROM feed_line
       WHERE feed_account_id = p.feed_id AND transaction_id = p.transaction_id OFFSET 0) l
     CROSS JOIN LATERAL (SELECT currency FROM feed_account WHERE id = p.feed_id OFFSET 0) f`,
    [
      plainArray(pairs.map(({ feed }) => feed.id)),
      plainArray(pairs.map(({ transaction }) => transaction.id)),
    ],
  );
  return new Map(rows.map((line) => [key(line.feedId, line.transactionId), line]));
}

function key(feedId: string, transactionId: string): string {
  return `${feedId}:${transactionId}`;
}

function feedTheSame(a: Feed, b: Feed): boolean {
  return (
    a.accountId === b.accountId &&
    a.connectionId === b.connectionId &&
    a.targetExternalId === b.targetExternalId
  );
}
