import type { App } from "../../app.ts";
import { parseLayout } from "../../core/statements/csv/layout.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { type ImportBatch, Prisma } from "../../generated/prisma/client.ts";
import { enqueue } from "../../jobs/queue.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, FileRefused, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { discardImport } from "./discard-import.ts";
import { enqueueImport } from "./enqueue-import.ts";
import { uploadMsMax } from "./give-up-upload.ts";
import { batchNow, emitImportsChanged } from "./import-batch.ts";
import { cleanFileName } from "./receiving/file-name.ts";
import { giveUp } from "./receiving/give-up.ts";
import { type StoredFile, storeParts } from "./receiving/store-parts.ts";
import { asUpload } from "./receiving/upload-slots.ts";
import { waitForImport } from "./wait-for-import.ts";

export interface StatementFile {
  /** As the sender gives it. */
  readonly fileName: string | null;
  /** The account of lines whose file does not say; null: to be recognised or asked. */
  readonly accountId: string | null;
  /** CSV: how its columns are read, where the sender knows (CsvLayout); null: to be found out. */
  readonly layout: unknown;
  /** Written without another word, if nothing is to be decided. */
  readonly importWhenRead: boolean;
  /** Only says what would happen: waits until the file is read, and lets it go then. */
  readonly dryRun: boolean;
}

/**
 * Takes in a statement file as it comes, in constant memory, and queues the job that reads it. A file that is refused
 * leaves its import behind, failed and without bytes, so that people see what somebody tried.
 *
 * @returns the import, which is still to be read; of a dry run as it was read, though it is discarded by then (a file
 *   that takes longer than a caller can wait is answered as it stands, and is there to be discarded)
 * @throws Forbidden, NotFound or Conflict for the account, InvalidInput for the layout, FileRefused, RateLimited
 */
export async function receiveStatementFile(
  app: App,
  viewer: Viewer,
  file: StatementFile,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportBatch> {
  authorise(viewer, "statements:import");
  const batch = await takeIn(app, viewer, file, bytes);
  if (!file.dryRun) return batch;
  const read = await waitForImport(app, viewer.organisationId, batch.id);
  if (read.status === "pending") await discardImport(app, viewer, { id: read.id });
  return read;
}

function takeIn(
  app: App,
  viewer: Viewer,
  file: StatementFile,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportBatch> {
  return asUpload(app, viewer.organisationId, async () => {
    const batch = await openBatch(app, viewer, file);
    try {
      const stored = await storeParts(app, batch, bytes);
      return await handOver(app, viewer, batch, stored);
    } catch (error) {
      const refusal = error instanceof FileRefused ? error : interrupted;
      await giveUp(app, batch, refusal);
      throw error;
    }
  });
}

const interrupted = {
  reason: "interrupted",
  message: "The file could not be kept: something went wrong on our side.",
};

async function openBatch(app: App, viewer: Viewer, file: StatementFile): Promise<ImportBatch> {
  const { organisationId } = viewer;
  const id = newId();
  const layout = file.layout === null ? null : parseLayout(file.layout);
  if (file.layout !== null && layout === null) {
    throw new InvalidInput("The columns cannot be read so.", "layout");
  }
  return asOrganisation(app.database, organisationId, async (tx) => {
    const accountId = file.accountId === null ? null : await knownAccount(tx, file.accountId);
    const batch = await tx.prisma.importBatch.create({
      data: {
        id,
        organisationId,
        fileName: cleanFileName(file.fileName),
        accountId,
        layout: layout === null ? Prisma.DbNull : (layout as unknown as Prisma.InputJsonValue),
        importWhenRead: file.importWhenRead && !file.dryRun,
        createdBy: viewer.actor.name,
        createdAt: app.now(),
      },
    });
    const job = { organisationId, batchId: id };
    const runAt = new Date(app.now().getTime() + uploadMsMax);
    await enqueue(tx, "giveUpUpload", job, { key: `giveUpUpload:${id}`, runAt });
    emitImportsChanged(tx, [id]);
    return batch;
  });
}

/** @throws NotFound, Conflict */
async function knownAccount(tx: TenantTransaction, accountId: string): Promise<string> {
  const [id = ""] = knownIds([accountId], "account");
  const [account] = await tx.query<{ id: string; closed: boolean }>(
    `SELECT id, closed_at IS NOT NULL AS closed FROM financial_account
     WHERE organisation_id = $1 AND id = $2`,
    [tx.organisationId, id],
  );
  if (account === undefined) throw new NotFound("account");
  if (account.closed) throw new Conflict("This account is closed.");
  return account.id;
}

/**
 * The file is whole: from here on it is the reading job's. The very same file again is of the account that it was
 * imported into: nobody is asked twice.
 */
async function handOver(
  app: App,
  viewer: Viewer,
  batch: ImportBatch,
  stored: StoredFile,
): Promise<ImportBatch> {
  const { organisationId, id } = batch;
  return asOrganisation(app.database, organisationId, async (tx) => {
    const taken = await tx.query(
      `UPDATE import_batch SET file_bytes = $3, file_digest = $4, format = $5, encoding = $6, step = 'reading',
         account_id = coalesce(account_id, (
           SELECT a.id FROM import_batch e
           CROSS JOIN LATERAL (
             SELECT coalesce(e.account_id, min(s.account_id::text)::uuid) AS id FROM import_statement s
             WHERE s.organisation_id = $1 AND s.batch_id = e.id HAVING count(DISTINCT s.account_id) <= 1) o
           JOIN financial_account a ON a.organisation_id = $1 AND a.id = o.id AND a.closed_at IS NULL
           WHERE e.organisation_id = $1 AND e.file_digest = $4 AND e.status = 'complete'
           ORDER BY e.created_at DESC LIMIT 1))
       WHERE organisation_id = $1 AND id = $2 AND status = 'processing' AND file_digest IS NULL RETURNING id`,
      [organisationId, id, stored.bytes, stored.digest, stored.format, stored.encoding],
    );
    if (taken.length === 0) throw new Conflict("This upload was given up meanwhile.");
    await enqueueImport(tx, "readImport", id);
    await recordAudit(tx, viewer, {
      action: "import.uploaded",
      subjectKind: "import_batch",
      subjectId: id,
      detail: { fileName: batch.fileName, bytes: stored.bytes, format: stored.format },
    });
    emitImportsChanged(tx, [id]);
    return batchNow(tx, id);
  });
}
