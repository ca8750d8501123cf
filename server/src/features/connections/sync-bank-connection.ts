import type { App } from "../../app.ts";
import { isSyncable } from "../../core/connection-status.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockConnection } from "./connection.ts";
import { enqueueSync } from "./enqueue-sync.ts";

/**
 * Queues a sync because somebody asked for it.
 * @throws Forbidden, NotFound, Conflict when syncing cannot help in the connection's status
 */
export async function syncBankConnection(app: App, viewer: Viewer, id: string): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockConnection(tx, id);
    if (connection === null) throw new NotFound("bank connection");
    if (!isSyncable(connection.status)) {
      throw new Conflict(`A connection that is ${words(connection.status)} cannot be synced.`);
    }
    await enqueueSync(tx, id, "manual");
    await recordAudit(tx, viewer, {
      action: "bank_connection.sync_requested",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: connection.institutionName },
    });
  });
}

function words(status: string): string {
  return status.replaceAll("_", " ");
}
