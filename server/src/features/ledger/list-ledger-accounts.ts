import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type LedgerAccount, ledgerAccountColumns } from "./ledger-account.ts";

/** The most accounts that a chart holds. */
export const ledgerAccountsMax = 10_000;

/** The chart of accounts, by number. @throws Forbidden */
export async function listLedgerAccounts(
  app: App,
  viewer: Viewer,
  options: { includeArchived: boolean },
): Promise<LedgerAccount[]> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<LedgerAccount>(
      `SELECT ${ledgerAccountColumns} FROM ledger_account
       WHERE organisation_id = $1 AND ($2 OR archived_at IS NULL) ORDER BY number, id LIMIT $3`,
      [viewer.organisationId, options.includeArchived, ledgerAccountsMax],
    ),
  );
}

/** Ledger accounts by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readLedgerAccounts(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, LedgerAccount>> {
  authorise(viewer, "bank_connections:read");
  const found = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<LedgerAccount>(
      `SELECT ${ledgerAccountColumns} FROM ledger_account
       WHERE organisation_id = $1 AND id = ANY ($2::uuid[])`,
      [viewer.organisationId, ids.filter((id) => isUuid(id))],
    ),
  );
  return new Map(found.map((account) => [account.id, account]));
}
