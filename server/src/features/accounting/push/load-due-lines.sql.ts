import { planPush } from "../../../core/accounting/plan-push.ts";
import type { PushedLine, PushRules } from "../../../core/accounting/push-rules.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";
import { readBalance, readBalances } from "./read-balances.sql.ts";
import { readUnsentPage } from "./unsent-lines.sql.ts";

/** What goes next, and by what a batch notices that it has been overtaken. */
export interface DueLines {
  /** In order, with their balances and without words: each batch gets its own (readWords). */
  readonly batches: readonly (readonly PushedLine[])[];
  readonly reconciledIds: ReadonlySet<string>;
  /** Lines that the package has refused, and that wait for a person. */
  readonly rejected: number;
  /** The organisation's last event before this was read. */
  readonly seq: bigint;
}

/** Plans the next batches of a feed, so many at most: what is behind them is planned when its turn comes. */
export async function loadDueLines(
  sql: Sql,
  feedAsRead: Feed,
  rules: PushRules,
  today: LocalDate,
  batchesMax: number,
): Promise<DueLines> {
  // First, so that what changes in between is noticed as well.
  const [head] = await sql.query<{ seq: bigint }>("SELECT last_seq AS seq FROM event_head");
  const [now] = await sql.query<{ lastPushedOn: LocalDate | null }>(
    `SELECT last_pushed_on AS "lastPushedOn" FROM feed_account WHERE id = $1`,
    [feedAsRead.id],
  );
  const feed = { ...feedAsRead, lastPushedOn: now?.lastPushedOn ?? null };
  const count = batchesMax * rules.batchLinesMax;
  const lines = await readUnsentPage(sql, feed, rules, today, { after: null, count });
  const { batches } = planPush({
    ...{ lines, settled: new Set<string>(), rules, today },
    ...{ feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    ...{ balanceMinor: await readBalance(sql, feed) },
    reconciledOnly: feed.pushMode === "reconciled",
  });
  const balanced = await readBalances(sql, feed, batches.flat());
  const size = rules.batchLinesMax;
  return {
    batches: batches.map((_, at) => balanced.slice(at * size, (at + 1) * size)),
    reconciledIds: new Set(
      lines.filter((line) => line.reconciled).map((line) => line.transactionId),
    ),
    rejected: await countRejected(sql, feed),
    seq: head?.seq ?? 0n,
  };
}

async function countRejected(sql: Sql, feed: Feed): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM (SELECT id FROM push_operation WHERE feed_account_id = $1 AND status = 'failed' AND errors > 0 OFFSET 0) o
     CROSS JOIN LATERAL (
       SELECT FROM feed_line WHERE operation_id = o.id AND state = 'rejected' OFFSET 0) l`,
    [feed.id],
  );
  return row?.count ?? 0;
}
