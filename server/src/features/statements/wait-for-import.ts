import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { knownIds } from "../ids.ts";
import { batchNow } from "./import-batch.ts";

/** How long a caller may wait for an import, in milliseconds. */
export const waitMsMax = 120_000;

/**
 * The import once it is no longer processed: it waits for a decision, or has ended. It is followed by its events, and
 * answered as it stands when the time is over.
 *
 * @throws NotFound
 */
export async function waitForImport(
  app: App,
  organisationId: string,
  batchId: string,
  msMax = waitMsMax,
): Promise<ImportBatch> {
  const [id = ""] = knownIds([batchId], "import");
  // The place in the log first, then the row: what happens between the two is among the events.
  const after = await app.hub.cursor(organisationId);
  let batch = await read(app, organisationId, id);
  if (batch.status !== "processing") return batch;
  const changes = app.hub.follow(organisationId, {
    after,
    accepts: (event) => event.topic === "imports.changed" && event.batchIds.includes(id),
    latestOnly: true,
  });
  const over = setTimeout(() => changes.close(), msMax);
  try {
    for await (const _ of changes) {
      batch = await read(app, organisationId, id);
      if (batch.status !== "processing") return batch;
    }
    return batch;
  } finally {
    clearTimeout(over);
    changes.close();
  }
}

function read(app: App, organisationId: string, id: string): Promise<ImportBatch> {
  return asOrganisation(app.database, organisationId, (tx) => batchNow(tx, id));
}
