import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { ProviderAccount } from "../../providers/provider.ts";
import { adoptAccounts } from "./adopt-accounts.ts";

/**
 * Writes down the accounts that a connection exposes: new ones are added, those of an older link taken over, known ones get their names and balances,
 * and (if the list is complete) those that are gone are closed. Nothing is deleted: their history stays.
 */
export async function saveAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  accounts: readonly ProviderAccount[],
  options: { now: Date; complete: boolean; institutionId: string | null },
): Promise<void> {
  await adoptAccounts(tx, connection, options.institutionId, accounts, options.now);
  const rows = accounts.map((account) => ({
    ...account,
    id: newId(),
    balanceCurrentMinor: account.balanceCurrentMinor?.toString() ?? null,
    balanceAvailableMinor: account.balanceAvailableMinor?.toString() ?? null,
    balanceAsOf: account.balanceAsOf ?? options.now,
  }));
  await tx.query(
    `INSERT INTO financial_account AS a (organisation_id, id, connection_id, external_id, persistent_id, name,
       official_name, kind, mask, currency, balance_current_minor, balance_available_minor, balance_as_of, created_at)
     SELECT $1, r.id, $2, r."externalId", r."persistentId", r.name, r."officialName", r.kind, r.mask, r.currency,
       r."balanceCurrentMinor", r."balanceAvailableMinor", r."balanceAsOf", $4
     FROM jsonb_to_recordset($3::jsonb) AS r (id uuid, "externalId" text, "persistentId" text, name text,
       "officialName" text, kind text, mask text, currency text, "balanceCurrentMinor" bigint,
       "balanceAvailableMinor" bigint, "balanceAsOf" timestamptz)
     ON CONFLICT (connection_id, external_id) DO UPDATE SET
       persistent_id = coalesce(excluded.persistent_id, a.persistent_id),
       name = excluded.name, official_name = excluded.official_name, kind = excluded.kind, mask = excluded.mask,
       balance_current_minor = excluded.balance_current_minor,
       balance_available_minor = excluded.balance_available_minor,
       balance_as_of = excluded.balance_as_of,
       closed_at = NULL`,
    [tx.organisationId, connection.id, JSON.stringify(rows), options.now],
  );
  if (!options.complete) return;
  await tx.query(
    `UPDATE financial_account SET closed_at = $4
     WHERE organisation_id = $1 AND connection_id = $2 AND closed_at IS NULL AND external_id <> ALL ($3::text[])`,
    [tx.organisationId, connection.id, accounts.map(({ externalId }) => externalId), options.now],
  );
}
