import type { App } from "../../app.ts";
import { type FinancialAccountKind, mappingProblem } from "../../core/ledger-account.ts";
import { maskIdentifiers } from "../../core/mask.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { knownIds } from "../ids.ts";
import {
  type LedgerAccount,
  ledgerAccountTitle,
  lockLedgerAccount,
} from "../ledger/ledger-account.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { LedgerAccountShared } from "./ledger-account-shared.ts";
import { accountNow, lockAccount } from "./lock-account.ts";
import { noteAccountChange } from "./note-account-change.ts";

export interface MappingRequest {
  readonly id: string;
  /** Null takes the mapping away. */
  readonly ledgerAccountId: string | null;
  /** Two accounts on one ledger account: rarely meant, so it has to be said. */
  readonly confirmShared: boolean;
}

/**
 * Maps an account to the account of the chart that it is booked on. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput where kind or currency do not fit, Conflict when either is closed or archived,
 *   LedgerAccountShared when others are mapped to it and that was not confirmed
 */
export async function mapFinancialAccount(
  app: App,
  viewer: Viewer,
  request: MappingRequest,
): Promise<FinancialAccount> {
  authorise(viewer, "ledger_accounts:manage");
  const [accountId = ""] = knownIds([request.id], "account");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    if (request.ledgerAccountId === null) {
      await unmap(tx, viewer, await lockAccount(tx, accountId));
    } else {
      // The ledger account first, by everybody: of two who map to it at once, the second sees the first one's.
      const ledger = await lockLedgerAccount(tx, request.ledgerAccountId);
      await map(tx, viewer, await lockAccount(tx, accountId), ledger, request.confirmShared);
    }
    return accountNow(tx, accountId);
  });
}

async function map(
  tx: TenantTransaction,
  viewer: Viewer,
  account: FinancialAccount,
  ledger: LedgerAccount,
  confirmShared: boolean,
): Promise<void> {
  if (account.ledgerAccountId === ledger.id) return;
  if (ledger.archivedAt !== null) throw new Conflict(`${ledger.number} is archived.`);
  if (account.closedAt !== null) throw new Conflict("Nothing arrives on this account any more.");
  const kind = account.kind as FinancialAccountKind;
  const problem = mappingProblem({ kind, currency: account.currency }, ledger);
  if (problem !== null) throw new InvalidInput(problem, "ledgerAccountId");
  const others = await tx.prisma.financialAccount.findMany({
    where: {
      organisationId: tx.organisationId,
      ledgerAccountId: ledger.id,
      id: { not: account.id },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  if (others.length > 0 && !confirmShared) {
    throw new LedgerAccountShared(ledgerAccountTitle(ledger), others);
  }
  await save(tx, account.id, ledger.id);
  await noteAccountChange(tx, viewer, account, "financial_account.mapped", {
    ledgerAccount: ledgerAccountTitle(ledger),
    sharedWith: others.map(({ name }) => maskIdentifiers(name)),
  });
}

async function unmap(
  tx: TenantTransaction,
  viewer: Viewer,
  account: FinancialAccount,
): Promise<void> {
  if (account.ledgerAccountId === null) return;
  const { organisationId } = tx;
  const ledger = await tx.prisma.ledgerAccount.findUnique({
    where: { organisationId_id: { organisationId, id: account.ledgerAccountId } },
    select: { number: true, name: true },
  });
  await save(tx, account.id, null);
  await noteAccountChange(tx, viewer, account, "financial_account.unmapped", {
    ledgerAccount: ledger && ledgerAccountTitle(ledger),
  });
}

async function save(
  tx: TenantTransaction,
  id: string,
  ledgerAccountId: string | null,
): Promise<void> {
  const { organisationId } = tx;
  await tx.prisma.financialAccount.update({
    where: { organisationId_id: { organisationId, id } },
    data: { ledgerAccountId },
  });
}
