import { earliestDay } from "../../../core/accounting/feed-start.ts";
import type { PushableLine, PushRules } from "../../../core/accounting/push-rules.ts";
import type { LocalDate } from "../../../core/dates.ts";
import { plainArray } from "../../../db/array-literals.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";
import { feedsBefore } from "../same-books.sql.ts";

/** Lines of one day that are alike to a plan. Amounts in minor units of the feed's currency. */
export interface UnsentDay {
  readonly bookedOn: LocalDate;
  readonly pending: boolean;
  readonly reconciled: boolean;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface UnsentDays {
  /** In the order in which a plan comes to them. */
  readonly days: readonly UnsentDay[];
  /** The first lines that may go, in order. Without words and balances. */
  readonly first: readonly PushableLine[];
}

/**
 * What of a feed's account was not sent, in sums: a screen shows a number and the first few.
 * @param of scope: due, of the days that may be due; all, of any day. first: so many lines, 0 for none
 */
export async function readUnsentDays(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  today: LocalDate,
  of: { readonly scope: "due" | "all"; readonly first: number },
): Promise<UnsentDays> {
  const { text, values } = await unsentLines(sql, feed, rules, { today, scope: of.scope });
  const rows = await sql.query<UnsentDay & { readonly id: string | null }>(
    `WITH ${text}
     SELECT * FROM (
       SELECT NULL::uuid AS id, booked_on AS "bookedOn", pending, reconciled, behind, count(*)::int AS lines,
         sum(amount_minor)::bigint AS "amountMinor"
       FROM placed GROUP BY booked_on, pending, reconciled, behind
       UNION ALL
       (SELECT id, booked_on, pending, reconciled, behind, 1, amount_minor
        FROM placed WHERE ${mayGo(feed)} ORDER BY booked_on, id LIMIT $7)) found
     ORDER BY "bookedOn", behind, reconciled, id`,
    [...values, of.first],
  );
  return {
    days: rows.filter(({ id }) => id === null),
    first: rows.flatMap(({ id, ...line }) => (id === null ? [] : [pushable({ ...line, id })])),
  };
}

/** The next of them that may go, in the order in which they do. Without words and balances. */
export async function readUnsentPage(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  today: LocalDate,
  page: { readonly after: { day: string; id: string } | null; readonly count: number },
): Promise<PushableLine[]> {
  const { after, count } = page;
  const { text, values } = await unsentLines(sql, feed, rules, { today, scope: "due" });
  const rows = await sql.query<UnsentLine>(
    `WITH ${text}
     SELECT id, booked_on AS "bookedOn", amount_minor AS "amountMinor", pending, reconciled
     FROM placed WHERE ${mayGo(feed)} AND ($7::date IS NULL OR (booked_on, id) > ($7::date, $8::uuid))
     ORDER BY booked_on, id LIMIT $9`,
    [...values, after?.day ?? null, after?.id ?? null, count],
  );
  return rows.map(pushable);
}

/**
 * The first line that waits to be reconciled, where nothing behind it can go before it does: sent, that would shut it out
 * for good. Null where there is none, and where lines are decided on one by one.
 */
export async function readFirstOpen(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  today: LocalDate,
): Promise<Pick<UnsentLine, "id" | "bookedOn"> | null> {
  if (!stopsAtOpen(feed, rules)) return null;
  const { text, values } = await unsentLines(sql, feed, rules, { today, scope: "due" });
  const [open] = await sql.query<Pick<UnsentLine, "id" | "bookedOn">>(
    `WITH ${text} SELECT id, booked_on AS "bookedOn" FROM open`,
    values,
  );
  return open ?? null;
}

interface UnsentLine {
  readonly id: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly pending: boolean;
  readonly reconciled: boolean;
}

function pushable({ id, ...line }: UnsentLine): PushableLine {
  const { bookedOn, amountMinor, pending, reconciled } = line;
  return { transactionId: id, ...{ bookedOn, amountMinor, pending, reconciled }, ...unworded };
}

export const unworded = {
  ...{ description: "", counterpartyName: null, reference: null, revised: null },
  documents: [],
} as const;

/** Nothing older can be due. */
function floorOf(feed: Feed, rules: PushRules, today: LocalDate): LocalDate {
  const days = [
    feed.feedStartOn,
    earliestDay(rules, today),
    rules.refusesOlderThanLast ? feed.lastPushedOn : null,
  ].filter((day) => day !== null);
  return days.sort().at(-1) ?? feed.feedStartOn;
}

function stopsAtOpen({ pushMode }: Pick<Feed, "pushMode">, rules: PushRules): boolean {
  return pushMode === "reconciled" && rules.refusesOlderThanLast;
}

/** As planPush decides of lines of `placed`; what it needs a balance for is left to it. */
function mayGo({ pushMode }: Pick<Feed, "pushMode">): string {
  const reconciled = pushMode === "reconciled" ? "AND reconciled AND NOT behind" : "";
  return `NOT pending AND booked_on BETWEEN $5::date AND $6::date ${reconciled}`;
}

/**
 * The lines of `placed`, with the values $1 to $6. `behind`: from the first open line on (readFirstOpen), which is the one
 * of `open`.
 */
async function unsentLines(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  { today, scope }: { readonly today: LocalDate; readonly scope: "due" | "all" },
): Promise<{ readonly text: string; readonly values: readonly unknown[] }> {
  // The ids that were sent are looked up in memory, for which they must be allowed to take it: bytes for ten million. And of
  // the ways to the rows only indexes in their order are wanted: a table's own asks the session row by row whose it is.
  const [before] = await sql.query<{ ids: string[] }>(
    `SELECT set_config('work_mem', '256MB', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_bitmapscan', 'off', true), ARRAY(${feedsBefore}) AS ids`,
    [feed.accountId, feed.connectionId, feed.id, feed.targetExternalId],
  );
  const feedIds = [feed.id, ...(before?.ids ?? [])];
  const floor = floorOf(feed, rules, today);
  const days = scope === "all" ? [null, null] : [floor, today];
  // Few lines are that new, and all that were sent are many.
  const few = scope === "due" && feed.lastPushedOn !== null && floor >= feed.lastPushedOn;
  const standing = feedIds.length > 1 ? `${stands} AND ${wasNotSentBefore}` : stands;
  return {
    text: `unsent AS MATERIALIZED (${few ? lookedUp(standing) : hashed(standing)}),
       open AS MATERIALIZED (
         SELECT booked_on, id FROM unsent
         WHERE ${stopsAtOpen(feed, rules)} AND NOT pending AND NOT reconciled AND booked_on BETWEEN $5::date AND $6::date
         ORDER BY booked_on, id LIMIT 1),
       placed AS (
         SELECT u.*, o.id IS NOT NULL AND (u.booked_on, u.id) >= (o.booked_on, o.id) AS behind
         FROM unsent u LEFT JOIN open o ON true)`,
    values: [feed.accountId, ...days, plainArray(feedIds), floor, today],
  };
}

const columns = `t.id, t.booked_on, t.amount_minor, t.pending, t.status IN ('matched', 'excluded') AS reconciled`;

const stands = `t.account_id = $1 AND t.removed_at IS NULL
  AND ($2::date IS NULL OR t.booked_on >= $2::date) AND ($3::date IS NULL OR t.booked_on <= $3::date)`;

/** $4: the feed, and those before it into the same account of the books. */
const wasNotSentBefore = `t.id NOT IN (
  SELECT l.transaction_id FROM unnest(($4::uuid[])[2:]) AS f (id)
  CROSS JOIN LATERAL (SELECT transaction_id FROM feed_line
    WHERE feed_account_id = f.id AND state NOT IN ('released', 'rejected', 'left_out') OFFSET 0) l)`;

/** Those that the feed does not know, and the few that it knows and may send again. */
function hashed(standing: string): string {
  return `
    SELECT ${columns} FROM bank_transaction t
    WHERE ${standing} AND t.id NOT IN (SELECT transaction_id FROM feed_line WHERE feed_account_id = ($4::uuid[])[1])
    UNION ALL
    SELECT t.* FROM (SELECT transaction_id FROM feed_line
      WHERE feed_account_id = ($4::uuid[])[1] AND may_go_again OFFSET 0) l
    CROSS JOIN LATERAL (SELECT ${columns} FROM bank_transaction t
      WHERE t.id = l.transaction_id AND ${standing} OFFSET 0) t`;
}

function lookedUp(standing: string): string {
  return `
    SELECT ${columns} FROM bank_transaction t
    WHERE ${standing} AND NOT EXISTS (SELECT FROM feed_line l
      WHERE l.feed_account_id = ($4::uuid[])[1] AND l.transaction_id = t.id AND NOT l.may_go_again OFFSET 0)`;
}
