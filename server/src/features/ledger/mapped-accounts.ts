import type { App } from "../../app.ts";
import { type FinancialAccountKind, mappingProblem } from "../../core/ledger-account.ts";
import { maskIdentifiers } from "../../core/mask.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { LedgerAccount } from "./ledger-account.ts";

/** The financial accounts that are mapped to each ledger account, by name. @throws Forbidden */
export async function readMappedAccounts(
  app: App,
  viewer: Viewer,
  ledgerAccountIds: readonly string[],
): Promise<Map<string, FinancialAccount[]>> {
  authorise(viewer, "bank_connections:read");
  const accounts = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.financialAccount.findMany({
      where: { organisationId: tx.organisationId, ledgerAccountId: { in: [...ledgerAccountIds] } },
      orderBy: [{ name: "asc" }, { id: "asc" }],
    }),
  );
  const byLedgerAccount = new Map<string, FinancialAccount[]>(
    ledgerAccountIds.map((id) => [id, []]),
  );
  for (const account of accounts) {
    if (account.ledgerAccountId !== null) {
      byLedgerAccount.get(account.ledgerAccountId)?.push(account);
    }
  }
  return byLedgerAccount;
}

export interface MappedAccount {
  readonly ledgerAccountId: string;
  readonly name: string;
  readonly kind: FinancialAccountKind;
  readonly currency: string;
}

/** What is mapped to ledger accounts, for who is about to change these: lock them first. */
export async function mappedTo(
  sql: Sql,
  ledgerAccountIds: readonly string[],
): Promise<MappedAccount[]> {
  const found = await sql.query<MappedAccount>(
    `SELECT ledger_account_id AS "ledgerAccountId", name, kind, currency FROM financial_account
     WHERE ledger_account_id = ANY ($1::uuid[]) ORDER BY name, id`,
    [ledgerAccountIds],
  );
  return found.map((account) => ({ ...account, name: maskIdentifiers(account.name) }));
}

/**
 * Why a ledger account cannot become of this kind and currency: the first of the accounts mapped to it that it would not
 * suit; null where it can. A mapping that a bank's word has made odd already does not stand in the way of anything else.
 */
export function mappedProblem(
  mapped: readonly MappedAccount[],
  before: Pick<LedgerAccount, "kind" | "currency">,
  after: Pick<LedgerAccount, "kind" | "currency">,
): string | null {
  if (before.kind === after.kind && before.currency === after.currency) return null;
  const misfit = mapped.find((account) => mappingProblem(account, after) !== null);
  return misfit === undefined
    ? null
    : `“${misfit.name}” is mapped to it, a ${misfit.kind.replaceAll("_", " ")} account in ${misfit.currency}.`;
}
