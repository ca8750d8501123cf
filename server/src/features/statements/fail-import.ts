import { AssertionError } from "node:assert";
import type { App } from "../../app.ts";
import { AssertionFailed } from "../../core/assert.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { ImportJob } from "../../jobs/queue.ts";
import { emitImportsChanged } from "./import-batch.ts";
import { dropStagedLines } from "./settle-import.ts";

/**
 * Ends an import that a second try would not save, so that nobody waits for it. Anything else is thrown on: the queue
 * tries again.
 * @param last whether this was the queue's last try
 * @throws the error itself, where it may pass
 */
export async function failImport(
  app: App,
  job: ImportJob,
  error: unknown,
  last: boolean,
): Promise<void> {
  if (!last && !wouldFailAgain(error)) throw error;
  const { organisationId, batchId } = job;
  app.log.error({ err: error, batchId }, "an import failed");
  await asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.importBatch.updateMany({
      where: { organisationId, id: batchId, status: "processing" },
      data: {
        status: "failed",
        step: null,
        failureCode: "internal",
        failureMessage:
          "Something went wrong on our side. Nothing of it was written; the file is kept, and the log says more.",
        finishedAt: app.now(),
      },
    });
    await dropStagedLines(tx, batchId);
    emitImportsChanged(tx, [batchId]);
  });
}

/** A mistake of the program, or a value that the database will not take: the same again. */
function wouldFailAgain(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (error instanceof AssertionError || error instanceof AssertionFailed) return true;
  const { code } = error as { code?: unknown };
  // SQLSTATE 21 cardinality, 22 data, 23 integrity, 42 access and syntax.
  return typeof code === "string" && /^(21|22|23|42)[0-9A-Z]{3}$/.test(code);
}
