import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { sqlOver } from "../../db/sql.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { enqueueLook } from "./enqueue-look.ts";
import { lockFeed } from "./feed.ts";
import { enqueueSend } from "./payments/enqueue-send.ts";
import { enqueueFollow, enqueuePush, feedLane } from "./push/enqueue-push.ts";

/** Of each kind in one round; the next is a minute away. */
const countMax = 500;
const hourMs = 60 * 60_000;
/** A look that is queued by this is noted as under way for so long. */
const lookMs = 5 * 60_000;

/**
 * Looks over all organisations for what is due in accounting and nobody asked for: pushes on a schedule, connections to
 * look at again, pushes and payments whose own job was lost. Asks no platform itself: each becomes a job.
 */
export async function careForAccounting(app: App): Promise<void> {
  const sql = sqlOver(app.database.pool);
  const due = await sql.query<Due>("SELECT * FROM accounting_due($1, $2)", [app.now(), countMax]);
  for (const { organisation_id: organisationId, kind, id } of due) {
    await asOrganisation(app.database, organisationId, (tx) => careFor(app, tx, kind, id)).catch(
      (error: unknown) => {
        app.log.error({ err: error, kind, id }, "Something of accounting was not cared for");
      },
    );
  }
}

interface Due {
  readonly organisation_id: string;
  readonly kind: "connection" | "feed" | "operation" | "payments";
  readonly id: string;
}

async function careFor(
  app: App,
  tx: TenantTransaction,
  kind: Due["kind"],
  id: string,
): Promise<void> {
  const now = app.now();
  switch (kind) {
    case "connection":
      await tx.query("UPDATE accounting_connection SET next_look_at = $2 WHERE id = $1", [
        id,
        new Date(now.getTime() + lookMs),
      ]);
      return enqueueLook(tx, id);
    case "feed":
      return pushOnTime(tx, id, now);
    case "operation": {
      const [operation] = await tx.query<{ feedId: string }>(
        `UPDATE push_operation SET next_look_at = $2
         WHERE id = $1 AND status IN ('sending', 'pending', 'timed_out') RETURNING feed_account_id AS "feedId"`,
        [id, now],
      );
      return operation && enqueueFollow(tx, await feedLane(tx, operation.feedId), id);
    }
    case "payments":
      return enqueueSend(tx, id);
  }
}

/** The rhythm goes on whether this push succeeds or not. */
async function pushOnTime(tx: TenantTransaction, feedId: string, now: Date): Promise<void> {
  const feed = await lockFeed(tx, feedId);
  if (feed.nextPushAt === null || feed.nextPushAt > now || feed.pushEveryHours === null) return;
  await tx.query("UPDATE feed_account SET next_push_at = $2 WHERE id = $1", [
    feed.id,
    new Date(now.getTime() + feed.pushEveryHours * hourMs),
  ]);
  if (feed.status === "connected") {
    await enqueuePush(tx, feed.id, { trigger: "schedule", by: "Tieout" });
  }
  emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [feed.id] });
}
