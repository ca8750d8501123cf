import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { AccountPath } from "../../generated/prisma/enums.ts";
import type { ProviderAccount } from "../../providers/provider.ts";
import { adoptAccounts } from "./adopt-accounts.ts";
import { digestIdentifier } from "./identifier-digest.ts";

/**
 * Writes down the accounts that a connection exposes: new ones are added, those of an older link taken over, known
 * ones get their names and balances, and (if the list is complete) those that are gone are closed, and have no path any
 * more, unless their statements are brought in by hand meanwhile. Nothing is deleted: their history stays. The whole
 * number is not kept, only its digest.
 * @param options.path how the lines of this connection's accounts arrive
 */
export async function saveAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  accounts: readonly ProviderAccount[],
  options: { now: Date; complete: boolean; institutionId: string | null; path: AccountPath },
): Promise<void> {
  const rows = accounts.map(({ identifier, ...account }) => ({
    ...account,
    id: newId(),
    identifierDigest: hexOf(digestIdentifier(tx.organisationId, identifier)),
    balanceCurrentMinor: account.balanceCurrentMinor?.toString() ?? null,
    balanceAvailableMinor: account.balanceAvailableMinor?.toString() ?? null,
    balanceAsOf: account.balanceAsOf ?? options.now,
  }));
  const offered = accounts.map((account, index) => ({
    ...account,
    identifierDigest: rows[index]?.identifierDigest ?? null,
  }));
  await adoptAccounts(tx, connection, options.institutionId, offered, options);
  await tx.query(
    `INSERT INTO financial_account AS a (organisation_id, id, connection_id, external_id, persistent_id, name,
       official_name, kind, mask, identifier_digest, currency, balance_current_minor, balance_available_minor,
       balance_as_of, path, created_at)
     SELECT $1, r.id, $2, r."externalId", r."persistentId", r.name, r."officialName", r.kind, r.mask,
       decode(r."identifierDigest", 'hex'), r.currency, r."balanceCurrentMinor", r."balanceAvailableMinor",
       r."balanceAsOf", $5::account_path, $4
     FROM jsonb_to_recordset($3::jsonb) AS r (id uuid, "externalId" text, "persistentId" text, name text,
       "officialName" text, kind text, mask text, "identifierDigest" text, currency text,
       "balanceCurrentMinor" bigint, "balanceAvailableMinor" bigint, "balanceAsOf" timestamptz)
     ON CONFLICT (connection_id, external_id) DO UPDATE SET
       persistent_id = coalesce(excluded.persistent_id, a.persistent_id),
       identifier_digest = coalesce(excluded.identifier_digest, a.identifier_digest),
       name = excluded.name, official_name = excluded.official_name, kind = excluded.kind, mask = excluded.mask,
       -- Both as they were told together; an account that comes without either keeps what is known.
       (balance_current_minor, balance_available_minor, balance_as_of) = (
         SELECT CASE WHEN told THEN excluded.balance_current_minor ELSE a.balance_current_minor END,
           CASE WHEN told THEN excluded.balance_available_minor ELSE a.balance_available_minor END,
           CASE WHEN told THEN excluded.balance_as_of ELSE a.balance_as_of END
         FROM (SELECT num_nonnulls(excluded.balance_current_minor, excluded.balance_available_minor) > 0 AS told) t
       ),
       path = excluded.path,
       closed_at = NULL`,
    [tx.organisationId, connection.id, JSON.stringify(rows), options.now, options.path],
  );
  await noteBalances(tx, connection.id, rows);
  if (!options.complete) return;
  await tx.query(
    `UPDATE financial_account SET closed_at = $4, path = NULL
     WHERE organisation_id = $1 AND connection_id = $2 AND closed_at IS NULL AND external_id <> ALL ($3::text[])
       AND path IS DISTINCT FROM 'manual_upload'`,
    [tx.organisationId, connection.id, accounts.map(({ externalId }) => externalId), options.now],
  );
}

/** One row for each day, as the last word on it was: what came late about an earlier moment changes nothing. */
async function noteBalances(
  tx: TenantTransaction,
  connectionId: string,
  rows: readonly { externalId: string; balanceAsOf: Date }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO account_balance AS b (organisation_id, account_id, day, current_minor, available_minor, as_of)
     SELECT $1, a.id, (r."balanceAsOf" AT TIME ZONE 'UTC')::date, r."balanceCurrentMinor",
       r."balanceAvailableMinor", r."balanceAsOf"
     FROM jsonb_to_recordset($3::jsonb) AS r ("externalId" text, "balanceCurrentMinor" bigint,
       "balanceAvailableMinor" bigint, "balanceAsOf" timestamptz)
     JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = $2 AND a.external_id = r."externalId"
     WHERE r."balanceCurrentMinor" IS NOT NULL
     ON CONFLICT (organisation_id, account_id, day) DO UPDATE SET
       current_minor = excluded.current_minor, available_minor = excluded.available_minor, as_of = excluded.as_of
     WHERE b.as_of <= excluded.as_of`,
    [tx.organisationId, connectionId, JSON.stringify(rows)],
  );
}

function hexOf(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString("hex");
}
