import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { type Feed, lockFeed, type PushMode } from "./feed.ts";
import { enqueuePush } from "./push/enqueue-push.ts";
import { readPushTiming } from "./push-timing.ts";

/**
 * Says when a feed is pushed: by hand, every so many hours, or as soon as its lines are reconciled.
 * @throws Forbidden, NotFound, InvalidInput, Conflict for one that has ended
 */
export async function changeFeed(
  app: App,
  viewer: Viewer,
  id: string,
  change: { pushMode: PushMode; pushEveryHours: number | null },
): Promise<Feed> {
  authorise(viewer, "accounting:manage");
  const timing = readPushTiming(change, app.now());
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const before = await lockFeed(tx, id);
    if (before.status === "disconnected") throw new Conflict("This feed has ended.");
    await tx.query(
      "UPDATE feed_account SET push_mode = $2, push_every_hours = $3, next_push_at = $4 WHERE id = $1",
      [before.id, timing.pushMode, timing.pushEveryHours, timing.nextPushAt],
    );
    if (timing.pushMode === "reconciled" && before.pushMode !== "reconciled") {
      await enqueuePush(tx, before.id, { trigger: "reconciled", by: viewer.actor.name });
    }
    await recordAudit(tx, viewer, {
      action: "feed_account.changed",
      subjectKind: "feed_account",
      subjectId: before.id,
      detail: {
        target: before.targetName ?? "",
        pushMode: timing.pushMode,
        pushEveryHours: timing.pushEveryHours,
      },
    });
    emitAccountingChanged(tx, { connectionId: before.connectionId, feedIds: [before.id] });
    return lockFeed(tx, before.id);
  });
}
