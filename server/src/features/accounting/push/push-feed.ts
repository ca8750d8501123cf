import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { recordAudit } from "../../audit/record.ts";
import { Conflict } from "../../errors.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { type Feed, lockFeed } from "../feed.ts";
import { enqueuePush } from "./enqueue-push.ts";
import { findUnderWay } from "./push-operation.ts";

/**
 * Sends now what is due of a feed, in as many batches as it takes.
 * @throws Forbidden, NotFound, Conflict while a batch is under way, or where access or the feed is not connected
 */
export async function pushFeed(app: App, viewer: Viewer, id: string): Promise<Feed> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const feed = await lockFeed(tx, id);
    if (feed.status !== "connected") throw new Conflict("This feed is not connected.");
    const connection = await findAccountingConnection(tx, feed.connectionId);
    if (connection?.status !== "linked") throw new Conflict("Grant access to the books first.");
    const underWay = await findUnderWay(tx, feed.id);
    if (underWay?.status === "timed_out") {
      throw new Conflict(`What became of push ${underWay.number} is not known yet.`);
    }
    if (underWay !== null) {
      throw new Conflict(`Push ${underWay.number} of this feed is under way.`);
    }
    await enqueuePush(tx, feed.id, { trigger: "manual", by: viewer.actor.name });
    await recordAudit(tx, viewer, {
      action: "feed_account.push_requested",
      subjectKind: "feed_account",
      subjectId: feed.id,
      detail: { target: feed.targetName ?? "", company: connection.companyName },
    });
    emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [feed.id] });
    return feed;
  });
}
