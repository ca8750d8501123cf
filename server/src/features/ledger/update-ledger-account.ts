import type { App } from "../../app.ts";
import {
  checkLedgerAccount,
  type LedgerAccountInput,
  type LedgerAccountValues,
} from "../../core/ledger-account.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfLedgerAccount } from "./audit-of-ledger-account.ts";
import { type LedgerAccount, ledgerAccountColumns, lockLedgerAccount } from "./ledger-account.ts";
import { mappedProblem, mappedTo } from "./mapped-accounts.ts";

/**
 * Changes an account of the chart.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when it is archived, when another has the number, or when what is
 *   mapped to it would no longer fit
 */
export async function updateLedgerAccount(
  app: App,
  viewer: Viewer,
  { id, input }: { id: string; input: LedgerAccountInput },
): Promise<LedgerAccount> {
  authorise(viewer, "ledger_accounts:manage");
  const checked = checkLedgerAccount(input);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const before = await lockLedgerAccount(tx, id);
    if (!checked.ok) throw new InvalidInput(checked.problem.message, checked.problem.field);
    const { number, name, kind, currency } = checked.value;
    if (before.archivedAt !== null) throw new Conflict(`${before.number} is archived.`);
    const problem = mappedProblem(await mappedTo(tx, [before.id]), before, checked.value);
    if (problem !== null) throw new Conflict(problem);
    const after = await write(tx, before.id, checked.value);
    const same =
      number === before.number &&
      name === before.name &&
      kind === before.kind &&
      currency === before.currency;
    if (!same) {
      await recordAudit(tx, viewer, auditOfLedgerAccount("ledger_account.updated", after, before));
    }
    return after;
  });
}

const uniqueViolation = "23505";

async function write(
  tx: TenantTransaction,
  id: string,
  { number, name, kind, currency }: LedgerAccountValues,
): Promise<LedgerAccount> {
  try {
    const [after] = await tx.query<LedgerAccount>(
      `UPDATE ledger_account SET number = $2, name = $3, kind = $4, currency = $5 WHERE id = $1
       RETURNING ${ledgerAccountColumns}`,
      [id, number, name, kind, currency],
    );
    if (!after) throw new Error("the ledger account is locked, so it is there");
    return after;
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    throw new Conflict(`There is a ledger account ${number} already.`);
  }
}
