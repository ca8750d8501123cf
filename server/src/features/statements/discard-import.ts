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
 * One that is being worked on is stopped: the job that reads or writes it finds that it has been overtaken, and leaves
 * nothing behind.
 * @throws Forbidden, NotFound, Conflict when it is in the books, or was
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
    if (batch.status === "complete" || batch.status === "undone") {
      throw new Conflict(notWaiting(batch));
    }
    const { organisationId } = tx;
    // Whoever writes holds some of them and is about to wait for this import: it drops them itself.
    if (batch.step !== "writing") await dropStagedLines(tx, batch.id);
    await tx.query("DELETE FROM import_file_part WHERE organisation_id = $1 AND batch_id = $2", [
      ...[organisationId, batch.id],
    ]);
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId, id: batch.id } },
      data: {
        status: "discarded",
        step: null,
        attempt: null,
        questions: [],
        finishedAt: app.now(),
      },
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
