import type { Sql } from "../../db/sql.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";

/** Accounts by id: a page of transactions shares a few of them, so they are read once, not joined to each row. */
export async function accountsOfTransactions(
  sql: Sql,
  accountIds: readonly string[],
): Promise<Map<string, FinancialAccount>> {
  const rows = await sql.query<FinancialAccount>(
    statement,
    [accountIds],
    "accounts_of_transactions",
  );
  return new Map(rows.map((account) => [account.id, account]));
}

const statement = `
  SELECT id, organisation_id AS "organisationId", connection_id AS "connectionId",
    external_id AS "externalId", persistent_id AS "persistentId", name, official_name AS "officialName",
    kind, mask, currency, balance_current_minor AS "balanceCurrentMinor",
    balance_available_minor AS "balanceAvailableMinor", balance_as_of AS "balanceAsOf",
    created_at AS "createdAt", closed_at AS "closedAt", adopted_at AS "adoptedAt",
    identifier_digest AS "identifierDigest", path, in_scope AS "inScope", institution_name AS "institutionName",
    ledger_account_id AS "ledgerAccountId", block_id AS "blockId", upload_business_day AS "uploadBusinessDay",
    uploads_from::timestamp AT TIME ZONE 'UTC' AS "uploadsFrom"
  FROM financial_account WHERE id = ANY ($1::uuid[])`;
