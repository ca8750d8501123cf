import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { enqueueImport } from "./enqueue-import.ts";
import { batchNow, emitImportsChanged, lockBatch } from "./import-batch.ts";
import { rememberLayout } from "./remember-layout.ts";

export const reasonCharactersMax = 500;

/**
 * A person's word that an import be written into the books. One whose figures do not agree needs a reason and the
 * permission for it, and says so for good.
 * @throws Forbidden, NotFound, InvalidInput for a reason that is missing or too long, Conflict when something is still
 *   to be decided, an account has been closed or it is not waiting
 */
export async function confirmImport(
  app: App,
  viewer: Viewer,
  request: { id: string; unbalancedReason?: string | null },
): Promise<ImportBatch> {
  authorise(viewer, "statements:import");
  const reason = request.unbalancedReason?.trim() || null;
  if (reason !== null && (reason.length > reasonCharactersMax || reason.includes("\0"))) {
    const message = `A reason has at most ${reasonCharactersMax} characters.`;
    throw new InvalidInput(message, "unbalancedReason");
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const batch = await lockBatch(tx, request.id);
    if (batch.status !== "pending") throw new Conflict(notWaiting(batch));
    if (batch.questions.some((question) => question !== "balance")) {
      throw new Conflict("Something about this file is still to be decided.");
    }
    await refuseClosed(tx, batch.id);
    const unbalanced = batch.questions.includes("balance");
    if (unbalanced) {
      authorise(viewer, "statements:accept_unbalanced");
      if (reason === null) {
        const message = "Its figures do not agree: say why it is taken all the same.";
        throw new InvalidInput(message, "unbalancedReason");
      }
    }
    const accepted = unbalanced
      ? { unbalancedReason: reason, unbalancedAcceptedBy: viewer.actor.name }
      : {};
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id: batch.id } },
      data: { status: "processing", step: "writing", questions: [], ...accepted },
    });
    await rememberLayout(tx, batch, app.now());
    await enqueueImport(tx, "writeImport", batch.id);
    await recordAudit(tx, viewer, {
      action: unbalanced ? "import.confirmed_unbalanced" : "import.confirmed",
      subjectKind: "import_batch",
      subjectId: batch.id,
      detail: { fileName: batch.fileName, ...(unbalanced ? { reason } : {}) },
    });
    emitImportsChanged(tx, [batch.id]);
    return batchNow(tx, batch.id);
  });
}

/** An import may wait for days, while accounts are closed. */
async function refuseClosed(tx: TenantTransaction, batchId: string): Promise<void> {
  const [closed] = await tx.query<{ name: string }>(
    `SELECT a.name FROM import_statement s
     JOIN financial_account a ON a.organisation_id = $1 AND a.id = s.account_id
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND a.closed_at IS NOT NULL LIMIT 1`,
    [tx.organisationId, batchId],
  );
  if (closed) throw new Conflict(`The account ${closed.name} is closed: name another one.`);
}

/** Why an import takes no decision now. */
export function notWaiting({ status }: ImportBatch): string {
  switch (status) {
    case "processing":
      return "This file is being worked on: wait until it asks.";
    case "complete":
      return "This file has been imported already.";
    case "failed":
      return "This file could not be read. Bring in another one.";
    default:
      return "This import was taken back. Bring the file in again.";
  }
}
