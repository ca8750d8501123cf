import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { enqueueSync } from "./enqueue-sync.ts";

/** Time for a connection's next sync: it goes into the connection's queue with all others. */
export async function scheduleSync(app: App, job: Jobs["scheduleSync"]): Promise<void> {
  await asOrganisation(app.database, job.organisationId, (tx) =>
    enqueueSync(tx, job.connectionId, "scheduled"),
  );
}
