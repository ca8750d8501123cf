import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";

/**
 * Reads an account and keeps others from changing it until the transaction ends.
 * @throws NotFound
 */
export async function lockAccount(tx: TenantTransaction, id: string): Promise<FinancialAccount> {
  const [known = ""] = knownIds([id], "account");
  const { organisationId } = tx;
  await tx.query(
    "SELECT FROM financial_account WHERE organisation_id = $1 AND id = $2 FOR UPDATE",
    [organisationId, known],
  );
  const account = await tx.prisma.financialAccount.findUnique({
    where: { organisationId_id: { organisationId, id: known } },
  });
  if (account === null) throw new NotFound("account");
  return account;
}

/** The account as it is now, after a change. */
export async function accountNow(tx: TenantTransaction, id: string): Promise<FinancialAccount> {
  const { organisationId } = tx;
  return tx.prisma.financialAccount.findUniqueOrThrow({
    where: { organisationId_id: { organisationId, id } },
  });
}
