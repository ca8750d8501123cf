import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { ImportBatch, Prisma } from "../../generated/prisma/client.ts";
import type { ImportJob } from "../../jobs/queue.ts";
import { enqueueImport } from "./enqueue-import.ts";
import { emitImportsChanged, lockBatch } from "./import-batch.ts";
import { addContinuity } from "./reading/continuity.ts";
import { resolveAccounts } from "./reading/resolve-accounts.ts";
import { ImportOvertaken } from "./reading/stage-lines.ts";
import { countRecognised } from "./recognise-staged.ts";

/** Recognising a million lines among as many takes its time. */
const settleMsMax = 300_000;

/**
 * Ends the reading of an import: which accounts its lines are of, whether it goes on from the statement before, what of
 * it the books have already, and so whether a person has to decide something.
 * @throws ImportOvertaken
 */
export async function settleImport(app: App, job: ImportJob, attempt: string): Promise<void> {
  const settle = async (tx: TenantTransaction) => {
    const batch = await lockBatch(tx, job.batchId);
    if (batch.attempt !== attempt || batch.status !== "processing") throw new ImportOvertaken();
    const outcome = await outcomeOf(tx, batch);
    await tx.prisma.importBatch.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id: batch.id } },
      data: { ...outcome, ...(outcome.status === "failed" ? { finishedAt: app.now() } : {}) },
    });
    if (outcome.status === "failed") await dropStagedLines(tx, batch.id);
    if (outcome.step === "writing") {
      await enqueueImport(tx, "writeImport", batch.id);
    }
    emitImportsChanged(tx, [batch.id]);
  };
  await asOrganisation(app.database, job.organisationId, settle, { timeoutMs: settleMsMax });
}

/** Forgets the lines that wait to be written. */
export async function dropStagedLines(tx: TenantTransaction, batchId: string): Promise<void> {
  await tx.query("DELETE FROM staged_line WHERE organisation_id = $1 AND batch_id = $2", [
    ...[tx.organisationId, batchId],
  ]);
}

type Outcome = Prisma.ImportBatchUpdateInput & {
  status: ImportBatch["status"];
  step: string | null;
};

async function outcomeOf(tx: TenantTransaction, batch: ImportBatch): Promise<Outcome> {
  if (await isOfOtherCurrency(tx, batch)) {
    return {
      ...{ status: "pending", step: null, questions: ["account"] },
      ...{ failureCode: null, failureMessage: null },
    };
  }
  if (batch.failureCode !== null) return { status: "failed", step: null };
  // A CSV file that nobody has said how to read.
  if (batch.questions.some((question) => question !== "account" && question !== "balance")) {
    return { status: "pending", step: null };
  }
  const nothing = await nothingInIt(tx, batch);
  if (nothing) return { status: "failed", step: null, ...nothing };
  const accountOpen = await resolveAccounts(tx, batch);
  const checks = await addContinuity(tx, batch);
  const { recognised, sources } = await countRecognised(tx, batch);
  const unproved = checks.checksFailed > 0 && batch.unbalancedReason === null;
  const questions = [...(accountOpen ? ["account"] : []), ...(unproved ? ["balance"] : [])];
  const known = { ...checks, questions, recognised, sources: sources as Prisma.InputJsonValue };
  return batch.importWhenRead && questions.length === 0
    ? { ...known, status: "processing", step: "writing" }
    : { ...known, status: "pending", step: null };
}

/** A CSV file of which no row is in the account's currency: then the account is not the one. */
async function isOfOtherCurrency(
  tx: TenantTransaction,
  { id, format, lines, skipped }: ImportBatch,
): Promise<boolean> {
  if (format !== "csv" || lines > 0 || skipped === 0) return false;
  const others = await tx.prisma.importProblem.count({
    where: {
      organisationId: tx.organisationId,
      batchId: id,
      loss: "line",
      code: { not: "other_currency" },
    },
  });
  return others === 0;
}

/** A quiet month's statement has balances and no lines; a file with neither tells nothing. */
async function nothingInIt(tx: TenantTransaction, { id, lines, skipped }: ImportBatch) {
  if (lines > 0) return null;
  const balances = await tx.prisma.importStatement.count({
    where: { organisationId: tx.organisationId, batchId: id, closingMinor: { not: null } },
  });
  if (skipped === 0 && balances > 0) return null;
  const failureMessage =
    skipped > 0
      ? "None of its lines can be read. The problems say why, row by row."
      : "The file has no lines and no balances.";
  return { failureCode: "no_lines", failureMessage };
}
