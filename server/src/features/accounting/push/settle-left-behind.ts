import type { App } from "../../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { findFeed } from "../feed.ts";
import { readFeedsBefore } from "../same-books.sql.ts";
import { followOperation } from "./follow-operation.ts";
import type { PushContext } from "./push-context.ts";
import { type PushOperationRow, takeOperation } from "./push-operation.ts";

/**
 * Looks up batches that an earlier feed into the same account left, whose connection was given up before their end was
 * known: the books are reached again, through another one.
 * @returns whether nothing of them is open any more
 * @throws PushOvertaken
 */
export async function settleLeftBehind(app: App, context: PushContext): Promise<boolean> {
  if (!context.opened.package.readsBack) return true;
  const { organisationId } = context;
  const left = await asOrganisation(app.database, organisationId, async (tx) => {
    const before = await readFeedsBefore(tx, context.feed);
    if (before.length === 0) return [];
    const rows = await tx.query<{ id: string }>(
      `SELECT o.id FROM unnest($1::uuid[]) AS b (id)
       CROSS JOIN LATERAL (SELECT connection_id FROM feed_account WHERE id = b.id LIMIT 1) f
       CROSS JOIN LATERAL (SELECT FROM accounting_connection WHERE id = f.connection_id AND status = 'disconnected') c
       CROSS JOIN LATERAL (SELECT id FROM push_operation
         WHERE feed_account_id = b.id AND status IN ('sending', 'pending', 'timed_out') LIMIT 1) o`,
      [before],
    );
    const taken: PushOperationRow[] = [];
    for (const { id } of rows) {
      const operation = await takeOperation(tx, id, newId());
      if (operation !== null) taken.push(operation);
    }
    return taken;
  });
  for (const operation of left) {
    const feed = await readAsOrganisation(app.database, organisationId, (sql) =>
      findFeed(sql, operation.feedId),
    );
    if (feed === null) continue;
    const { outcome } = await followOperation(app, { ...context, feed }, operation);
    if (outcome === "waiting") return false;
  }
  return true;
}
