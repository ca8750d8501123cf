import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { notWaiting } from "./confirm-import.ts";
import { batchNow, emitImportsChanged, lockBatch } from "./import-batch.ts";
import { dropStagedLines } from "./settle-import.ts";

/**
 * Lets a file go that was never written, its bytes too. That it was brought in stays on record. Again, it changes nothing.
 * @throws Forbidden, NotFound, Conflict when it is being worked on or in the books
 */
export async function discardImport(
  app: App,
  viewer: Viewer,
  request: { id: string },
): Promise<ImportBatch> {
  authorise(viewer, "statements:import");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const batch = await lockBatch(tx, request.id);
    if (batch.status === "discarded") return batch;
    if (batch.status !== "pending" && batch.status !== "failed") {
      throw new Conflict(notWaiting(batch));
    }
    const { organisationId } = tx;
    await dropStagedLines(tx, batch.id);
    await tx.query("DELETE FROM import_file_part WHERE organisation_id = $1 AND batch_id = $2", [
      ...[organisationId, batch.id],
    ]);
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId, id: batch.id } },
      data: { status: "discarded", step: null, questions: [], finishedAt: app.now() },
    });
    await recordAudit(tx, viewer, {
      action: "import.discarded",
      subjectKind: "import_batch",
      subjectId: batch.id,
      detail: { fileName: batch.fileName },
    });
    emitImportsChanged(tx, [batch.id]);
    return batchNow(tx, batch.id);
  });
}
