import { assert } from "../../core/assert.ts";
import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";

/**
 * Reads an import and keeps others from changing it until the transaction ends.
 * @throws NotFound
 */
export async function lockBatch(tx: TenantTransaction, id: string): Promise<ImportBatch> {
  const [known = ""] = knownIds([id], "import");
  await tx.query(
    "SELECT FROM import_batch WHERE organisation_id = $1 AND id = $2 FOR NO KEY UPDATE",
    [tx.organisationId, known],
  );
  return batchNow(tx, known);
}

/** An import as it is now. @throws NotFound */
export async function batchNow(tx: TenantTransaction, id: string): Promise<ImportBatch> {
  const { organisationId } = tx;
  const batch = await tx.prisma.importBatch.findUnique({
    where: { organisationId_id: { organisationId, id } },
  });
  if (batch === null) throw new NotFound("import");
  return batch;
}

/**
 * What amounts are read in where a file names no currency: that of the account it was brought in for, or else the
 * organisation's.
 */
export async function currencyOfUnnamed(
  tx: TenantTransaction,
  accountId: string | null,
): Promise<CurrencyCode> {
  const [own] = await tx.query<{ currency: string }>(
    `SELECT coalesce((SELECT trim(currency) FROM financial_account WHERE organisation_id = $1 AND id = $2),
       trim(base_currency)) AS currency FROM organisation WHERE id = $1`,
    [tx.organisationId, accountId],
  );
  const currency = own?.currency ?? "";
  assert(isCurrencyCode(currency), "an account and an organisation have a currency");
  return currency;
}

/** Tells that imports have changed, in the transaction that changed them. */
export function emitImportsChanged(tx: TenantTransaction, batchIds: readonly string[]): void {
  emit(tx, { topic: "imports.changed", batchIds: [...batchIds] });
}
