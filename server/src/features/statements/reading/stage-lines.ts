import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import type { ImportJob } from "../../../jobs/queue.ts";
import { emitImportsChanged } from "../import-batch.ts";

/** Another attempt has taken the import over: this one's job was thought dead. It must write nothing more. */
export class ImportOvertaken extends Error {
  override readonly name = "ImportOvertaken";
  readonly code = "IMPORT_OVERTAKEN";
}

export interface ReadingProgress {
  readonly attempt: string;
  readonly bytesRead: number;
  readonly linesRead: number;
  /** Whether to tell those who watch. */
  readonly told: boolean;
}

/**
 * Keeps the lines that were read, with how far that is, in one transaction of its own.
 * @param rows as Collected gathers them
 * @throws ImportOvertaken
 */
export async function stageLines(
  app: App,
  { organisationId, batchId }: ImportJob,
  rows: readonly Buffer[],
  progress: ReadingProgress,
): Promise<void> {
  await asOrganisation(
    app.database,
    organisationId,
    async (tx) => {
      const mine = await tx.query(
        `UPDATE import_batch SET bytes_read = greatest(bytes_read, $4), rows_read = greatest(rows_read, $5)
         WHERE organisation_id = $1 AND id = $2 AND attempt = $3 RETURNING id`,
        [organisationId, batchId, progress.attempt, progress.bytesRead, progress.linesRead],
      );
      if (mine.length === 0) throw new ImportOvertaken();
      if (rows.length > 0) await copyRows(tx, batchId, rows);
      if (progress.told) emitImportsChanged(tx, [batchId]);
    },
    { timeoutMs: 120_000 },
  );
}

async function copyRows(
  tx: TenantTransaction,
  batchId: string,
  rows: readonly Buffer[],
): Promise<void> {
  await tx.query(
    `CREATE TEMPORARY TABLE IF NOT EXISTS copied_line ("position" integer, statement integer, "row" integer,
       id uuid, identity text, booked_on date, amount_minor bigint, description text, counterparty_name text,
       reference text) ON COMMIT DELETE ROWS`,
  );
  await tx.copyIn("COPY copied_line FROM STDIN", rows);
  await tx.query(
    `INSERT INTO staged_line (organisation_id, batch_id, "position", statement, "row", id, identity, booked_on,
       amount_minor, description, counterparty_name, reference)
     SELECT $1, $2, * FROM copied_line`,
    [tx.organisationId, batchId],
  );
}
