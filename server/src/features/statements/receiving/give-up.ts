import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { FileRefused } from "../../errors.ts";
import { emitImportsChanged } from "../import-batch.ts";

/**
 * Ends an import whose file did not come in: its parts go, the import stays and says why. Nothing happens to one whose
 * file is there, or which has ended already.
 */
export async function giveUp(
  app: App,
  batch: { readonly organisationId: string; readonly id: string },
  refusal: Pick<FileRefused, "reason" | "message">,
): Promise<void> {
  const { organisationId, id } = batch;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const ended = await tx.query(
      `UPDATE import_batch SET status = 'failed', step = NULL, failure_code = $3, failure_message = $4, finished_at = $5
       WHERE organisation_id = $1 AND id = $2 AND status = 'processing' AND file_digest IS NULL RETURNING id`,
      [organisationId, id, refusal.reason, refusal.message, app.now()],
    );
    // Also where it was given up before: parts may have come in since.
    await tx.query(
      `DELETE FROM import_file_part WHERE organisation_id = $1 AND batch_id = $2
         AND EXISTS (SELECT FROM import_batch WHERE organisation_id = $1 AND id = $2 AND file_digest IS NULL)`,
      [organisationId, id],
    );
    if (ended.length > 0) emitImportsChanged(tx, [id]);
  });
}
