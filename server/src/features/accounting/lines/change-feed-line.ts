import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { type AuditRecord, recordAudit } from "../../audit/record.ts";
import { NotFound } from "../../errors.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { lockFeed } from "../feed.ts";
import { type FeedLine, type FeedLineState, feedLineColumns } from "./feed-line.ts";

/** Which line of which feed. */
export interface FeedLineKey {
  readonly feedId: string;
  readonly transactionId: string;
}

/** Null: it has never been in this feed, and is due or held. */
export interface LockedLine {
  readonly state: FeedLineState | null;
  /** The bank's words, for the log. */
  readonly words: string;
}

/**
 * What a person does to one line of a feed: under the feed's lock, with its audit entry and its event.
 * @throws Forbidden, NotFound, and what `work` throws
 */
export async function changeFeedLine(
  app: App,
  viewer: Viewer,
  { feedId, transactionId }: FeedLineKey,
  work: (
    tx: TenantTransaction,
    line: LockedLine,
  ) => Promise<Pick<AuditRecord, "action" | "detail">>,
): Promise<FeedLine> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const feed = await lockFeed(tx, feedId);
    if (!isUuid(transactionId)) throw new NotFound("bank transaction");
    const [line] = await tx.query<LockedLine>(
      `SELECT t.description AS words, l.state FROM bank_transaction t
       LEFT JOIN LATERAL (
         SELECT state FROM feed_line WHERE feed_account_id = $1 AND transaction_id = t.id LIMIT 1) l ON true
       WHERE t.id = $2 AND t.account_id = $3`,
      [feed.id, transactionId, feed.accountId],
    );
    if (!line) throw new NotFound("bank transaction");
    const done = await work(tx, line);
    await recordAudit(tx, viewer, {
      action: done.action,
      subjectKind: "bank_transaction",
      subjectId: transactionId.toLowerCase(),
      detail: { line: line.words, target: feed.targetName ?? "", ...done.detail },
    });
    emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [feed.id] });
    const [after] = await tx.query<FeedLine>(
      `SELECT ${feedLineColumns} FROM feed_line l
       JOIN feed_account f ON f.organisation_id = l.organisation_id AND f.id = l.feed_account_id
       WHERE l.feed_account_id = $1 AND l.transaction_id = $2`,
      [feed.id, transactionId],
    );
    if (!after) throw new NotFound("bank transaction");
    return after;
  });
}

/** Of a line that is on its way or there, nothing can be changed any more. */
export const fixedStates: Readonly<Partial<Record<FeedLineState, string>>> = {
  under_way: "This line is on its way.",
  pushed: "This line was pushed.",
  confirmed: "This line has arrived.",
  changed: "This line has arrived.",
};
