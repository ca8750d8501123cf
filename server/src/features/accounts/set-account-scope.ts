import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { accountNow, lockAccount } from "./lock-account.ts";
import { noteAccountChange } from "./note-account-change.ts";
import { reviewStatementsIn } from "./review-statements.ts";

/**
 * Says whether lines of an account are expected at all. What arrives is kept either way. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export async function setAccountScope(
  app: App,
  viewer: Viewer,
  { id, inScope }: { id: string; inScope: boolean },
): Promise<FinancialAccount> {
  authorise(viewer, "bank_connections:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockAccount(tx, id);
    if (account.inScope === inScope) return account;
    const { organisationId } = tx;
    await tx.prisma.financialAccount.update({
      where: { organisationId_id: { organisationId, id: account.id } },
      data: { inScope },
    });
    const action = inScope
      ? "financial_account.put_in_scope"
      : "financial_account.put_out_of_scope";
    await noteAccountChange(tx, viewer, account, action);
    await reviewStatementsIn(tx, app.now(), account.id);
    return accountNow(tx, account.id);
  });
}
