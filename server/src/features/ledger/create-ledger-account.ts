import type { App } from "../../app.ts";
import { checkLedgerAccount, type LedgerAccountInput } from "../../core/ledger-account.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfLedgerAccount } from "./audit-of-ledger-account.ts";
import { type LedgerAccount, ledgerAccountColumns } from "./ledger-account.ts";
import { ledgerAccountsMax } from "./list-ledger-accounts.ts";

/**
 * Adds an account to the chart.
 * @throws Forbidden, InvalidInput, Conflict when there is one of that number already, or the chart is full
 */
export async function createLedgerAccount(
  app: App,
  viewer: Viewer,
  input: LedgerAccountInput,
): Promise<LedgerAccount> {
  authorise(viewer, "ledger_accounts:manage");
  const checked = checkLedgerAccount(input);
  if (!checked.ok) throw new InvalidInput(checked.problem.message, checked.problem.field);
  const { number, name, kind, currency } = checked.value;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [counted] = await tx.query<{ full: boolean }>(
      "SELECT count(*) >= $1 AS full FROM ledger_account",
      [ledgerAccountsMax],
    );
    if (counted?.full) throw new Conflict(`A chart holds at most ${ledgerAccountsMax} accounts.`);
    const [account] = await tx.query<LedgerAccount>(
      `INSERT INTO ledger_account (organisation_id, id, number, name, kind, currency, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (organisation_id, number) DO NOTHING RETURNING ${ledgerAccountColumns}`,
      [tx.organisationId, newId(), number, name, kind, currency, app.now()],
    );
    if (!account) throw new Conflict(`There is a ledger account ${number} already.`);
    await recordAudit(tx, viewer, auditOfLedgerAccount("ledger_account.created", account));
    return account;
  });
}
