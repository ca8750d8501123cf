import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { authorise, type Viewer } from "../viewer.ts";

const accountsMax = 2_000;
/** Open ones first, by name. */
const order = [
  { closedAt: { sort: "asc", nulls: "first" } },
  { name: "asc" },
  { id: "asc" },
] as const;

/** All accounts of the organisation, closed ones last. @throws Forbidden */
export async function listAccounts(app: App, viewer: Viewer): Promise<FinancialAccount[]> {
  authorise(viewer, "bank_connections:read");
  return asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.financialAccount.findMany({
      where: { organisationId: tx.organisationId },
      orderBy: [...order],
      take: accountsMax,
    }),
  );
}

/** Accounts by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readAccounts(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, FinancialAccount>> {
  authorise(viewer, "bank_connections:read");
  const accounts = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.financialAccount.findMany({
      where: { organisationId: tx.organisationId, id: { in: ids.filter((id) => isUuid(id)) } },
    }),
  );
  return new Map(accounts.map((account) => [account.id, account]));
}

/** The accounts of each connection. @throws Forbidden */
export async function readAccountsOf(
  app: App,
  viewer: Viewer,
  connectionIds: readonly string[],
): Promise<Map<string, FinancialAccount[]>> {
  authorise(viewer, "bank_connections:read");
  const accounts = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.financialAccount.findMany({
      where: { organisationId: tx.organisationId, connectionId: { in: [...connectionIds] } },
      orderBy: [...order],
    }),
  );
  const byConnection = new Map<string, FinancialAccount[]>(connectionIds.map((id) => [id, []]));
  for (const account of accounts) {
    if (account.connectionId !== null) byConnection.get(account.connectionId)?.push(account);
  }
  return byConnection;
}

/** How many lines of each account still wait to be explained. @throws Forbidden */
export async function countUnreconciled(
  app: App,
  viewer: Viewer,
  accountIds: readonly string[],
): Promise<Map<string, number>> {
  authorise(viewer, "transactions:read");
  const counts = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<{ account_id: string; count: bigint }>(
      `SELECT account_id, count(*) AS count FROM bank_transaction
       WHERE organisation_id = $1 AND status IN ('unmatched', 'part_matched') AND account_id = ANY ($2::uuid[])
       GROUP BY account_id`,
      [viewer.organisationId, accountIds],
    ),
  );
  return new Map(counts.map(({ account_id, count }) => [account_id, Number(count)]));
}
