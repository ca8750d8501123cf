import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { emit } from "../../events/emit.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { emitImportsChanged } from "./import-batch.ts";
import { lockRecognisedLine, type RecognisedPlace } from "./lock-recognised-line.ts";

/**
 * A person's word that a recognised line is another payment than the one it was taken for: it becomes a bank transaction
 * of its own, as the file says it. No later import or sync takes the two for one again.
 * @returns the new bank transaction's id
 * @throws Forbidden, NotFound, InvalidInput for no position, Conflict when they are parted already, when it is the
 *   very same line of a file, or when the bank transaction is in the books by this import alone
 */
export async function partLine(
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
    const parted = await tx.query<{ transactionId: string }>(
      `UPDATE recognised_line SET parted_at = $4, parted_by = $5
       WHERE organisation_id = $1 AND batch_id = $2 AND "position" = $3 AND parted_at IS NULL
       RETURNING transaction_id AS "transactionId"`,
      [tx.organisationId, batchId, position, now, viewer.actor.name],
    );
    if (parted.length === 0) throw new Conflict("These two have been parted already.");
    await refuseOwnLine(tx, batchId, parted);
    const id = await addLine(tx, batchId, position, now);
    await tx.query(
      `UPDATE import_batch SET recognised = recognised - 1, added = added + 1 WHERE organisation_id = $1 AND id = $2`,
      [tx.organisationId, batchId],
    );
    await recordAudit(tx, viewer, {
      action: "import.line_parted",
      subjectKind: "bank_transaction",
      subjectId: id,
      detail: { fileName: batch.fileName },
    });
    emit(tx, {
      topic: "bank_transactions.changed",
      added: [id],
      changed: parted.map(({ transactionId }) => transactionId),
      removed: [],
    });
    emitImportsChanged(tx, [batchId]);
    await enqueueMatching(tx, "import");
    return id;
  });
}

/**
 * What it was taken for has become this import's own: the source that had it was undone, or its feed removed it. A
 * second one beside it would be the same payment twice.
 */
async function refuseOwnLine(
  tx: TenantTransaction,
  batchId: string,
  parted: readonly { transactionId: string }[],
): Promise<void> {
  const own = await tx.query(
    `SELECT FROM bank_transaction
     WHERE organisation_id = $1 AND id = ANY ($2::uuid[]) AND import_batch_id = $3`,
    [tx.organisationId, parted.map(({ transactionId }) => transactionId), batchId],
  );
  if (own.length > 0) {
    throw new Conflict("What it was taken for is in the books by this file alone by now.");
  }
}

async function addLine(
  tx: TenantTransaction,
  batchId: string,
  position: number,
  now: Date,
): Promise<string> {
  const [line] = await tx.query<{ id: string }>(
    `INSERT INTO bank_transaction AS t (organisation_id, id, account_id, external_id, booked_on, amount_minor, currency,
       description, counterparty_name, reference, created_at, updated_at, import_batch_id, import_position, import_row)
     SELECT $1, $4, r.account_id, 'file:' || r.identity, r.booked_on, r.amount_minor,
       (SELECT currency FROM bank_transaction WHERE organisation_id = $1 AND id = r.transaction_id),
       r.description, r.counterparty_name, r.reference, $5, $5, $2, r."position", r."row"
     FROM recognised_line r
     WHERE r.organisation_id = $1 AND r.batch_id = $2 AND r."position" = $3
     ON CONFLICT (account_id, external_id) DO UPDATE SET removed_at = NULL, updated_at = $5,
       import_batch_id = excluded.import_batch_id, import_position = excluded.import_position,
       import_row = excluded.import_row
     WHERE t.removed_at IS NOT NULL
     RETURNING t.id`,
    [tx.organisationId, batchId, position, newId(), now],
  );
  if (line === undefined) throw new Conflict("It is the very same line of a file.");
  return line.id;
}
