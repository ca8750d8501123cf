import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";
import type { ImportBatch, Prisma } from "../../generated/prisma/client.ts";
import { type ImportJob, type JobTry, notLast } from "../../jobs/queue.ts";
import { recordAudit } from "../audit/record.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { jobViewer } from "../viewer.ts";
import { enqueueImport } from "./enqueue-import.ts";
import { failImport } from "./fail-import.ts";
import { emitImportsChanged, lockBatch } from "./import-batch.ts";
import { ImportOvertaken } from "./reading/stage-lines.ts";
import { recogniseStaged, sumRecognised } from "./recognise-staged.ts";
import { dropStagedLines } from "./settle-import.ts";
import { insertLines } from "./writing/insert-lines.ts";
import { lockAccountsOf } from "./writing/lock-accounts.ts";
import { noteBalances } from "./writing/note-balances.ts";
import { noteMonths } from "./writing/note-months.ts";
import { rememberAccounts } from "./writing/remember-accounts.ts";
import { WritingProgress } from "./writing/writing-progress.ts";

/** A million lines take seconds; on a busy machine, a minute. */
const writeMsMax = 15 * 60_000;
/** More new lines than this are not named one by one to those who watch. */
const namedLinesMax = 5_000;

/**
 * Writes what was read of an import into the books, in one transaction: all of it or nothing. Only what the books lack is
 * added; what they have is noted as recognised. A job that was interrupted begins again, and of two at once the first to
 * begin writes nothing.
 */
export async function writeImport(
  app: App,
  job: ImportJob,
  { last }: JobTry = notLast,
): Promise<void> {
  const attempt = newId();
  if (!(await begin(app, job, attempt))) return;
  const progress = new WritingProgress(app, job, attempt);
  try {
    await asOrganisation(
      app.database,
      job.organisationId,
      (tx) => write(app, tx, job.batchId, attempt, progress),
      { timeoutMs: writeMsMax },
    );
  } catch (error) {
    await progress.settle();
    if (!(error instanceof ImportOvertaken)) return failImport(app, job, error, last);
    app.log.warn({ batchId: job.batchId }, "the writing of an import was overtaken");
    await dropDiscarded(app, job);
  }
}

async function dropDiscarded(app: App, { organisationId, batchId }: ImportJob): Promise<void> {
  await asOrganisation(app.database, organisationId, async (tx) => {
    const { status } = await lockBatch(tx, batchId);
    if (status === "discarded") await dropStagedLines(tx, batchId);
  });
}

/** @returns whether there is something to write now */
async function begin(
  app: App,
  { organisationId, batchId }: ImportJob,
  attempt: string,
): Promise<boolean> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const batch = await lockBatch(tx, batchId);
    if (batch.status === "discarded") await dropStagedLines(tx, batchId);
    if (batch.status !== "processing" || batch.step !== "writing") return false;
    const [staged] = await tx.query<{ count: bigint }>(
      "SELECT count(*) FROM staged_line WHERE organisation_id = $1 AND batch_id = $2",
      [organisationId, batchId],
    );
    // Staged lines do not survive a crash of PostgreSQL: they are read again.
    const complete = Number(staged?.count ?? 0n) === batch.lines;
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId, id: batchId } },
      data: complete
        ? { attempt, rowsWritten: 0 }
        : { step: "reading", importWhenRead: true, rowsWritten: 0 },
    });
    if (complete) return true;
    await enqueueImport(tx, "readImport", batchId);
    emitImportsChanged(tx, [batchId]);
    return false;
  });
}

async function write(
  app: App,
  tx: TenantTransaction,
  batchId: string,
  attempt: string,
  progress: WritingProgress,
): Promise<void> {
  await tx.query("SELECT set_config('work_mem', '64MB', true)");
  const { organisationId } = tx;
  const where = { organisationId_id: { organisationId, id: batchId } };
  const batch = await tx.prisma.importBatch.findUniqueOrThrow({ where });
  const now = app.now();
  const accounts = await lockAccountsOf(tx, batchId);
  await recogniseStaged(tx, batch);
  const known = await sumRecognised(tx);
  const added = await insertLines(tx, batch, known.recognised, now, progress);
  // A line that runs into one of the books that it was not recognised as would be lost without a word.
  assert(added + known.recognised === batch.lines, "each line is added or recognised");
  const viewer = jobViewer(organisationId, batch.createdBy);
  await rememberAccounts(tx, batchId, now);
  await noteBalances(tx, batchId);
  await noteMonths(tx, viewer, batch, accounts, now);
  await tellOfLines(tx, batchId, added);
  if (added > 0) await enqueueMatching(tx, "import");
  await progress.settle();
  await complete(tx, batch, attempt, { added, ...known }, now);
  await dropStagedLines(tx, batchId);
  await recordAudit(tx, viewer, {
    action: "import.completed",
    subjectKind: "import_batch",
    subjectId: batchId,
    detail: { fileName: batch.fileName, added, recognised: known.recognised },
  });
}

/** The batch itself last: until here everybody may look at it, and progress is written beside this transaction. */
async function complete(
  tx: TenantTransaction,
  { id }: ImportBatch,
  attempt: string,
  counts: { added: number; recognised: number; sources: Prisma.InputJsonValue },
  now: Date,
): Promise<void> {
  const locked = await lockBatch(tx, id);
  if (locked.attempt !== attempt || locked.step !== "writing") throw new ImportOvertaken();
  await tx.prisma.importBatch.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
    data: {
      ...counts,
      status: "complete",
      step: null,
      rowsWritten: counts.added,
      finishedAt: now,
    },
  });
  emitImportsChanged(tx, [id]);
}

/** A few are named; of very many, only that there are. Their ids never come here. */
async function tellOfLines(tx: TenantTransaction, batchId: string, added: number): Promise<void> {
  if (added === 0) return;
  if (added > namedLinesMax) {
    emit(tx, { topic: "bank_transactions.many_changed" });
    return;
  }
  const lines = await tx.query<{ id: string }>(
    "SELECT id FROM bank_transaction WHERE organisation_id = $1 AND import_batch_id = $2",
    [tx.organisationId, batchId],
  );
  for (let at = 0; at < lines.length; at += eventIdsMax) {
    emit(tx, {
      topic: "bank_transactions.changed",
      added: lines.slice(at, at + eventIdsMax).map(({ id }) => id),
      changed: [],
      removed: [],
    });
  }
}
