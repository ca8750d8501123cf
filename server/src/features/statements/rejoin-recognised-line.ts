import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { recordAudit } from "../audit/record.ts";
import { voidMatchesOf } from "../connections/sync/void-matches.ts";
import { Conflict } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { emitImportsChanged } from "./import-batch.ts";
import { lockRecognisedLine, type RecognisedPlace } from "./lock-recognised-line.ts";

/**
 * Takes "these are two" back (see part-recognised-line): the line that was added for it is removed with its matches, and
 * stands for the bank transaction again that it was taken for. What other imports took for the removed one is that
 * transaction too.
 * @returns the id of the bank transaction that stays
 * @throws Forbidden, NotFound, InvalidInput for no position, Conflict when they are not parted, when either is no longer
 *   in the books, or when another file has them both
 */
export async function rejoinLine(
  app: App,
  viewer: Viewer,
  request: RecognisedPlace,
): Promise<string> {
  authorise(viewer, "statements:import");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const now = app.now();
    const batch = await lockRecognisedLine(tx, request);
    const { id: batchId } = batch;
    const { position } = request;
    const two = await readTwo(tx, batchId, position);
    await refuseWhereAFileHasBoth(tx, batchId, two);
    const reopened = await removeOwn(tx, viewer, two, batch.fileName, now);
    await tx.query(
      `UPDATE recognised_line SET parted_at = NULL, parted_by = NULL
       WHERE organisation_id = $1 AND batch_id = $2 AND "position" = $3`,
      [tx.organisationId, batchId, position],
    );
    await tx.query(
      `UPDATE import_batch SET recognised = recognised + 1, added = added - 1 WHERE organisation_id = $1 AND id = $2`,
      [tx.organisationId, batchId],
    );
    await recordAudit(tx, viewer, {
      action: "import.line_rejoined",
      subjectKind: "bank_transaction",
      subjectId: two.keptId,
      detail: { fileName: batch.fileName },
    });
    emit(tx, {
      topic: "bank_transactions.changed",
      added: [],
      changed: [...new Set([two.keptId, ...reopened])].filter((id) => id !== two.ownId),
      removed: [two.ownId],
    });
    emitImportsChanged(tx, [batchId]);
    await enqueueMatching(tx, "import");
    return two.keptId;
  });
}

interface Two {
  /** The bank transaction that the line was taken for at first. */
  readonly keptId: string;
  /** The one that was added for the line. */
  readonly ownId: string;
}

/** Both locked, in the order of their ids. */
async function readTwo(tx: TenantTransaction, batchId: string, position: number): Promise<Two> {
  const [line] = await tx.query<{ keptId: string; parted: boolean }>(
    `SELECT transaction_id AS "keptId", parted_at IS NOT NULL AS parted FROM recognised_line
     WHERE organisation_id = $1 AND batch_id = $2 AND "position" = $3`,
    [tx.organisationId, batchId, position],
  );
  if (line?.parted !== true) throw new Conflict("These two are one already.");
  const live = await tx.query<{ id: string }>(
    `SELECT id FROM bank_transaction
     WHERE organisation_id = $1 AND removed_at IS NULL
       AND (id = $4 OR import_batch_id = $2 AND import_position = $3)
     ORDER BY id FOR UPDATE`,
    [tx.organisationId, batchId, position, line.keptId],
  );
  const own = live.find(({ id }) => id !== line.keptId);
  if (live.length === (own === undefined ? 0 : 1)) {
    throw new Conflict("What the line was taken for is no longer in the books.");
  }
  if (own === undefined)
    throw new Conflict("The line is no longer in the books as one of its own.");
  return { keptId: line.keptId, ownId: own.id };
}

/** A file that tells of both proves that they are two: of one, a payment would be lost. */
async function refuseWhereAFileHasBoth(
  tx: TenantTransaction,
  batchId: string,
  { keptId, ownId }: Two,
): Promise<void> {
  const files = (id: string) =>
    tx.query<{ id: string; fileName: string }>(
      `SELECT b.id, b.file_name AS "fileName" FROM import_batch b
       WHERE b.organisation_id = $1 AND b.status = 'complete' AND b.id IN (
         SELECT batch_id FROM recognised_line
         WHERE organisation_id = $1 AND transaction_id = $2 AND parted_at IS NULL
         UNION ALL SELECT import_batch_id FROM bank_transaction WHERE organisation_id = $1 AND id = $2)`,
      [tx.organisationId, id],
    );
  const withOwn = new Set([batchId, ...(await files(ownId)).map(({ id }) => id)]);
  const both = (await files(keptId)).find(({ id }) => withOwn.has(id));
  if (both) throw new Conflict(`The file ${both.fileName} has both: they are two.`);
}

/** @returns the ids of the transactions whose match was voided */
async function removeOwn(
  tx: TenantTransaction,
  viewer: Viewer,
  { keptId, ownId }: Two,
  fileName: string,
  now: Date,
): Promise<string[]> {
  const reason = `This line of ${fileName.slice(0, 200)} was joined with the one that the books had.`;
  const reopened = await voidMatchesOf(tx, [ownId], reason, now, viewer);
  await tx.query(
    `UPDATE bank_transaction SET removed_at = $3, updated_at = $3 WHERE organisation_id = $1 AND id = $2`,
    [tx.organisationId, ownId, now],
  );
  await tx.query(
    `UPDATE recognised_line SET transaction_id = $3
     WHERE organisation_id = $1 AND transaction_id = $2 AND parted_at IS NULL`,
    [tx.organisationId, ownId, keptId],
  );
  return reopened;
}
