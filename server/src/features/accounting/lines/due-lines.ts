import type { PushedLine } from "../../../core/accounting/push-rules.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";
import { type FeedLine, type FeedLineState, feedLineColumns } from "./feed-line.ts";

/** A line of a feed as people see it: one that was never in it is due. */
export type ShownLine = Omit<FeedLine, "state"> & {
  readonly state: FeedLineState | "due";
  /** Of one that was read from the plan: its place is that of its day, not of when it was sent. */
  readonly isDue?: true;
};

/** Planned lines as they would be sent, with what is on record of those that have been in the feed before. */
export async function showDueLines(
  sql: Sql,
  feed: Pick<Feed, "id" | "currency">,
  planned: readonly PushedLine[],
): Promise<ShownLine[]> {
  const rows = await sql.query<FeedLine>(
    `SELECT ${feedLineColumns} FROM unnest($2::uuid[]) AS t (id)
     CROSS JOIN LATERAL (SELECT * FROM feed_line WHERE feed_account_id = $1 AND transaction_id = t.id LIMIT 1) l
     CROSS JOIN LATERAL (SELECT currency FROM feed_account WHERE id = $1 LIMIT 1) f`,
    [feed.id, planned.map((line) => line.transactionId)],
  );
  const known = new Map(rows.map((row) => [row.transactionId, row]));
  return planned.map((line) => {
    const { transactionId, bookedOn, amountMinor, balanceMinor } = line;
    const { description, counterpartyName, reference } = line;
    return {
      ...(known.get(transactionId) ?? neverSent(feed, transactionId)),
      ...{ bookedOn, amountMinor, balanceMinor, description, counterpartyName, reference },
      isDue: true,
    };
  });
}

function neverSent(feed: Pick<Feed, "id" | "currency">, transactionId: string): ShownLine {
  return {
    state: "due",
    ...{ feedId: feed.id, transactionId, operationId: null, position: null },
    ...{ bookedOn: null, amountMinor: null, balanceMinor: null, currency: feed.currency },
    ...{ description: null, counterpartyName: null, reference: null, revised: false },
    ...{ leftOutBy: null, leftOutReason: null, problems: [] },
    ...{ arrivedOn: null, arrivedMinor: null, arrivedDescription: null, checkedAt: null },
  };
}
