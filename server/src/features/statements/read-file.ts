import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { Conflict, NotFound } from "../errors.ts";

/**
 * The bytes of an import's file as they came, part after part. One part is in memory at a time, and no database
 * transaction is open while the caller works on it.
 *
 * @throws NotFound where there is no such import; Conflict where its file is not complete, or no longer there
 */
export async function* readStatementFile(
  app: App,
  organisationId: string,
  batchId: string,
): AsyncGenerator<Buffer, void, undefined> {
  const fileBytes = await readLength(app, organisationId, batchId);
  let bytesRead = 0;
  for (let position = 0; bytesRead < fileBytes; position += 1) {
    const part = await readPart(app, organisationId, batchId, position);
    // Discarded meanwhile: half a file must never pass for a whole one.
    if (part === null) throw new Conflict("The file of this import is no longer kept.");
    bytesRead += part.length;
    yield part;
  }
}

async function readLength(app: App, organisationId: string, batchId: string): Promise<number> {
  const [batch] = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<{ bytes: bigint; complete: boolean }>(
      `SELECT file_bytes AS bytes, file_digest IS NOT NULL AS complete FROM import_batch
       WHERE organisation_id = $1 AND id = $2`,
      [organisationId, batchId],
    ),
  );
  if (batch === undefined) throw new NotFound("import");
  if (!batch.complete) throw new Conflict("The file of this import is not kept.");
  return Number(batch.bytes);
}

/** @param position from 0 */
async function readPart(
  app: App,
  organisationId: string,
  batchId: string,
  position: number,
): Promise<Buffer | null> {
  const [part] = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<{ bytes: Buffer }>(
      `SELECT bytes FROM import_file_part
       WHERE organisation_id = $1 AND batch_id = $2 AND "position" = $3`,
      [organisationId, batchId, position],
      "statement_file_part",
    ),
  );
  return part?.bytes ?? null;
}
