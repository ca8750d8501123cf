import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { lockBatch } from "./import-batch.ts";
import { lockAccounts } from "./writing/lock-accounts.ts";

/** A line of an import that was recognised, as callers name it. */
export interface RecognisedPlace {
  readonly batchId: string;
  /** From 0, as the file has its lines. */
  readonly position: number;
}

const positionMax = 2 ** 31 - 1;

/**
 * Keeps others from a recognised line, its account and its import until the transaction ends.
 * @returns its import
 * @throws NotFound, InvalidInput for no position, Conflict when the import is not in the books
 */
export async function lockRecognisedLine(
  tx: TenantTransaction,
  place: RecognisedPlace,
): Promise<ImportBatch> {
  const [batchId = ""] = knownIds([place.batchId], "import");
  const { position } = place;
  if (!Number.isInteger(position) || position < 0 || position > positionMax) {
    throw new InvalidInput("A position counts the lines of a file.", "position");
  }
  const [known] = await tx.query<{ accountId: string }>(
    `SELECT account_id AS "accountId" FROM recognised_line
     WHERE organisation_id = $1 AND batch_id = $2 AND "position" = $3`,
    [tx.organisationId, batchId, position],
  );
  if (known === undefined) throw new NotFound("recognised line");
  await lockAccounts(tx, [known.accountId]);
  const batch = await lockBatch(tx, batchId);
  if (batch.status !== "complete") throw new Conflict("This import is not in the books.");
  return batch;
}
