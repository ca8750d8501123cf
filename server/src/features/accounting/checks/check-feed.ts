import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { recordAudit } from "../../audit/record.ts";
import { Conflict } from "../../errors.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import { type Feed, lockFeed } from "../feed.ts";
import { packageOf } from "../platform-link.ts";
import { enqueueCheckAt } from "./enqueue-check.ts";

/**
 * Asks for what a feed has in the books to be read back and compared with what was pushed.
 * @throws Forbidden, NotFound, Conflict where it cannot be read back, or without access
 */
export async function checkFeed(app: App, viewer: Viewer, id: string): Promise<Feed> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const feed = await lockFeed(tx, id);
    const connection = await findAccountingConnection(tx, feed.connectionId);
    if (connection?.status !== "linked") throw new Conflict("Grant access to the books first.");
    const platform = app.platforms.find(connection.platform);
    const found = platform && packageOf(platform, connection.package);
    if (!found?.readsBack) throw new Conflict("This package cannot be read back.");
    if (feed.status !== "connected") throw new Conflict("This feed is not connected.");
    await enqueueCheckAt(tx, feed.id, {});
    await recordAudit(tx, viewer, {
      action: "feed_account.check_requested",
      subjectKind: "feed_account",
      subjectId: feed.id,
      detail: { target: feed.targetName ?? "", company: connection.companyName },
    });
    return feed;
  });
}
