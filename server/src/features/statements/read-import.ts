import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import type { FileEncoding } from "../../core/statements/decode.ts";
import type { StatementFormat } from "../../core/statements/statement.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { type ImportJob, type JobTry, notLast } from "../../jobs/queue.ts";
import { failImport } from "./fail-import.ts";
import { createIdentities, familyOfFormat } from "./identity.ts";
import { batchNow, currencyOfUnnamed, lockBatch } from "./import-batch.ts";
import { keepQuestions, keepReading } from "./reading/keep-reading.ts";
import { openReader } from "./reading/open-reader.ts";
import { readLines } from "./reading/read-lines.ts";
import { ImportOvertaken } from "./reading/stage-lines.ts";
import { type CsvPlan, surveyCsv } from "./reading/survey-csv.ts";
import { settleImport } from "./settle-import.ts";

/**
 * Reads a statement file up to the question whether it is written, and goes straight on where that was answered at the
 * upload. Nothing of it is in the books yet. Interrupted, it takes up what is staged; a second one that runs at the same
 * time makes the first write nothing more.
 */
export async function readImport(
  app: App,
  job: ImportJob,
  { last }: JobTry = notLast,
): Promise<void> {
  const begun = await begin(app, job);
  if (begun === null) return;
  try {
    if (!begun.read) await read(app, job, begun);
    await settleImport(app, job, begun.attempt);
  } catch (error) {
    if (!(error instanceof ImportOvertaken)) return failImport(app, job, error, last);
    app.log.warn({ batchId: job.batchId }, "the reading of an import was overtaken");
  }
}

interface Begun {
  readonly batch: ImportBatch;
  readonly attempt: string;
  /** Lines that are staged already. */
  readonly staged: number;
  /** Whether all of the file is: only the questions are to be asked again. */
  readonly read: boolean;
  /** For amounts of files that name none. */
  readonly currency: CurrencyCode;
}

async function begin(app: App, { organisationId, batchId }: ImportJob): Promise<Begun | null> {
  const attempt = newId();
  return asOrganisation(app.database, organisationId, async (tx) => {
    const batch = await lockBatch(tx, batchId);
    if (batch.status !== "processing" || batch.step !== "reading") return null;
    const [count] = await tx.query<{ staged: number; statements: number }>(
      `SELECT (SELECT count(*)::int FROM staged_line WHERE organisation_id = $1 AND batch_id = $2) AS staged,
         (SELECT count(*)::int FROM import_statement WHERE organisation_id = $1 AND batch_id = $2) AS statements`,
      [organisationId, batchId],
    );
    assert(count, "a count is one row");
    // Staged lines do not survive a crash of PostgreSQL: what is left of them is no beginning.
    const read = count.statements > 0 && count.staged === batch.lines;
    if (count.statements > 0 && !read) {
      await tx.query("DELETE FROM import_statement WHERE organisation_id = $1 AND batch_id = $2", [
        ...[organisationId, batchId],
      ]);
    }
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId, id: batchId } },
      data: { attempt },
    });
    const currency = await currencyOfUnnamed(tx, batch.accountId);
    return { batch: await batchNow(tx, batchId), attempt, staged: count.staged, read, currency };
  });
}

async function read(app: App, job: ImportJob, begun: Begun): Promise<void> {
  const { batch, attempt } = begun;
  const format = batch.format as StatementFormat;
  const csv = format === "csv" ? await surveyCsv(app, batch) : null;
  const currency = (batch.accountId === null && csv && currencyIn(csv)) || begun.currency;
  if (csv && csv.questions.length > 0) {
    await keepQuestions(app, job, {
      ...{ attempt, csv, currency, accountMissing: batch.accountId === null },
    });
    return;
  }
  const collected = await readLines(app, job, {
    attempt,
    encoding: (batch.encoding ?? "utf-8") as FileEncoding,
    identities: createIdentities(familyOfFormat[format]),
    staged: begun.staged,
    open: (tell) => openReader(format, { layout: layoutOf(csv), currency }, tell),
  });
  await keepReading(app, job, { attempt, collected, csv, currency, format });
}

function layoutOf(csv: CsvPlan | null): CsvPlan["layout"] | null {
  return csv?.layout ?? null;
}

/** What a CSV file without an account yet says of its currency, in its first row. */
function currencyIn({ layout, survey }: CsvPlan): CurrencyCode | null {
  const [first] = survey.rows;
  const cell = layout.currencyColumn === null ? undefined : first?.cells[layout.currencyColumn];
  return parseCurrencyCode(cell ?? "");
}
