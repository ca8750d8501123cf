import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { recordAudit } from "../../audit/record.ts";
import { Conflict, NotFound } from "../../errors.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import { type Feed, lockFeed } from "../feed.ts";
import { canBeReadBack, packageOf } from "../platform-link.ts";
import { endOperation } from "./end-operation.sql.ts";
import { enqueuePush } from "./enqueue-push.ts";
import {
  findOperation,
  findUnderWay,
  type PushOperation,
  type PushOperationRow,
  takeOperation,
} from "./push-operation.ts";

/**
 * Sends what a failed operation left, and what has become due since. Of one that the platform gave up on, and whose
 * lines cannot be read back, a person says by this that they are not there.
 * @throws Forbidden, NotFound, Conflict for one that has not failed, or while another is under way
 */
export async function retryPush(app: App, viewer: Viewer, id: string): Promise<PushOperation> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const seen = await findOperation(tx, id);
    if (seen === null) throw new NotFound("push");
    const feed = await lockFeed(tx, seen.feedId);
    if (feed.status !== "connected") throw new Conflict("This feed is not connected.");
    const operation = await findOperation(tx, id);
    if (operation === null) throw new NotFound("push");
    if (operation.status === "timed_out") {
      await refuseReadable(app, tx, feed);
      await giveUp(tx, operation, app.now());
    }
    if (operation.status !== "failed" && operation.status !== "timed_out") {
      throw new Conflict(notFailed[operation.status]);
    }
    if ((await findUnderWay(tx, feed.id)) !== null) {
      throw new Conflict("Another push of this feed is under way.");
    }
    await enqueuePush(tx, feed.id, {
      ...{ trigger: "retry", by: viewer.actor.name, retryOf: operation.id },
    });
    await recordAudit(tx, viewer, {
      action: "push_operation.retried",
      subjectKind: "push_operation",
      subjectId: operation.id,
      detail: { number: operation.number, target: feed.targetName ?? "" },
    });
    const after = await findOperation(tx, operation.id);
    return after ?? operation;
  });
}

const notFailed = {
  sending: "It is under way.",
  pending: "It is under way.",
  success: "It has arrived.",
} as const;

/** Where the books can be read, nobody has to take anybody's word for it. */
async function refuseReadable(app: App, tx: TenantTransaction, feed: Feed): Promise<void> {
  const connection = await findAccountingConnection(tx, feed.connectionId);
  const platform = connection && app.platforms.find(connection.platform);
  const found = platform && packageOf(platform, connection.package);
  if (found && canBeReadBack(feed, found)) {
    throw new Conflict("What has become of it is being looked up in the books.");
  }
}

async function giveUp(tx: TenantTransaction, operation: PushOperationRow, now: Date) {
  const taken = await takeOperation(tx, operation.id, newId());
  if (taken === null) return;
  await endOperation(
    tx,
    taken,
    {
      ...{ status: "failed", problem: taken.problem, retryable: false, lineProblems: [] },
      ...{ externalKey: taken.externalKey, completedAt: now, arrivedIds: [] },
    },
    now,
  );
}
