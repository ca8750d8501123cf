import type { App } from "../../app.ts";
import { isSyncable } from "../../core/connection-status.ts";
import { nextScheduledSync } from "../../core/sync-schedule.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { type ConnectionRow, lockConnection } from "./connection.ts";
import { isPulled, rhythmOf } from "./connection-state.ts";
import { enqueueNextSync, enqueueSync } from "./enqueue-sync.ts";

/** Time for a connection's next sync: it goes into the connection's queue with all others. */
export async function scheduleSync(app: App, job: Jobs["scheduleSync"]): Promise<void> {
  await asOrganisation(app.database, job.organisationId, async (tx) => {
    const connection = await lockConnection(tx, job.connectionId);
    if (connection !== null && isSyncable(connection.status)) await syncOnTime(app, tx, connection);
  });
}

/** Queues a sync by schedule, and the one after it: the rhythm goes on whether this one succeeds or not. */
export async function syncOnTime(
  app: App,
  tx: TenantTransaction,
  connection: ConnectionRow,
): Promise<void> {
  const { id } = connection;
  if (isPulled(app, connection)) await enqueueSync(tx, id, "scheduled");
  await enqueueNextSync(tx, id, nextScheduledSync(app.now(), rhythmOf(app, connection), id));
}
