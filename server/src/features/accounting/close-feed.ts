import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findAccountingConnection } from "./accounting-connection.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { type Feed, findFeed, lockFeed } from "./feed.ts";
import { openLink } from "./platform-link.ts";

/**
 * Ends a feed, at the platform first. What was pushed stays, there and on record here. Again, it changes nothing.
 * @throws Forbidden, NotFound, Conflict while a push is under way, PlatformFailure
 */
export async function closeFeed(app: App, viewer: Viewer, id: string): Promise<Feed> {
  authorise(viewer, "accounting:manage");
  const { organisationId } = viewer;
  const { feed, connection, underWay } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const found = await findFeed(sql, id);
      if (found === null) throw new NotFound("feed account");
      const [operation] = await sql.query(
        `SELECT FROM push_operation
         WHERE feed_account_id = $1 AND status IN ('sending', 'pending', 'timed_out') LIMIT 1`,
        [found.id],
      );
      return {
        feed: found,
        connection: await findAccountingConnection(sql, found.connectionId),
        underWay: operation !== undefined,
      };
    },
  );
  if (feed.disconnectedAt !== null || connection === null) return feed;
  if (underWay) throw new Conflict("A push is under way: wait until it has ended.");
  if (connection.status !== "disconnected") {
    const { platform, link } = openLink(app, organisationId, connection);
    await platform.closeFeed(link, feed.externalId);
  }
  return asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockFeed(tx, feed.id);
    if (locked.disconnectedAt !== null) return locked;
    await tx.query(
      `UPDATE feed_account SET status = 'disconnected', status_reason = NULL, next_push_at = NULL, disconnected_at = $2
       WHERE id = $1`,
      [feed.id, app.now()],
    );
    await recordAudit(tx, viewer, {
      action: "feed_account.closed",
      subjectKind: "feed_account",
      subjectId: feed.id,
      detail: { target: feed.targetName ?? "", company: connection.companyName },
    });
    emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [feed.id] });
    return lockFeed(tx, feed.id);
  });
}
