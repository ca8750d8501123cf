import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { lockConnection } from "../../connections/connection.ts";

/** An account that an import has lines or balances of. */
export interface ImportedAccount {
  readonly id: string;
  readonly name: string;
  readonly connectionId: string | null;
  readonly path: string | null;
}

/**
 * Keeps syncs and other imports from the accounts of an import until the transaction ends: connections first, as a sync
 * does, each in the order of the ids. Weaker than FOR UPDATE, which would hold back everybody who writes a row that
 * points to the account.
 */
export async function lockAccountsOf(
  tx: TenantTransaction,
  batchId: string,
): Promise<ImportedAccount[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT DISTINCT account_id AS id FROM import_statement
     WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NOT NULL`,
    [tx.organisationId, batchId],
  );
  return lockAccounts(
    tx,
    rows.map(({ id }) => id),
  );
}

/** The same of accounts that are named. */
export async function lockAccounts(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ImportedAccount[]> {
  const connections = new Set((await read(tx, ids, "")).map(({ connectionId }) => connectionId));
  for (const id of [...connections].sort()) {
    if (id !== null) await lockConnection(tx, id);
  }
  const locked = await read(tx, ids, "FOR NO KEY UPDATE");
  const moved = locked.some(({ connectionId }) => !connections.has(connectionId));
  // A new link took it over in between: the job comes again, and finds its connection.
  if (moved) throw new Error("an account was linked anew while its import began");
  return locked;
}

function read(tx: TenantTransaction, ids: readonly string[], lock: string) {
  return tx.query<ImportedAccount>(
    `SELECT id, name, connection_id AS "connectionId", path::text FROM financial_account
     WHERE organisation_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id ${lock}`,
    [tx.organisationId, ids],
  );
}
