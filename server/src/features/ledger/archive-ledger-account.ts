import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfLedgerAccount } from "./audit-of-ledger-account.ts";
import { type LedgerAccount, lockLedgerAccount } from "./ledger-account.ts";
import { mappedTo } from "./mapped-accounts.ts";

/**
 * Takes an account out of the chart's use; it stays on record. Again, it changes nothing.
 * @throws Forbidden, NotFound, Conflict while something is mapped to it
 */
export async function archiveLedgerAccount(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<LedgerAccount> {
  authorise(viewer, "ledger_accounts:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockLedgerAccount(tx, id);
    if (account.archivedAt !== null) return account;
    const [mapped, ...more] = await mappedTo(tx, [account.id]);
    if (mapped) {
      const others = more.length === 0 ? "" : ` and ${more.length} more`;
      throw new Conflict(`“${mapped.name}”${others} is mapped to ${account.number}.`);
    }
    const archivedAt = app.now();
    await tx.query("UPDATE ledger_account SET archived_at = $2 WHERE id = $1", [
      account.id,
      archivedAt,
    ]);
    await recordAudit(tx, viewer, auditOfLedgerAccount("ledger_account.archived", account));
    return { ...account, archivedAt };
  });
}

/** Takes an archived account back into use. Again, it changes nothing. @throws Forbidden, NotFound */
export async function restoreLedgerAccount(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<LedgerAccount> {
  authorise(viewer, "ledger_accounts:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockLedgerAccount(tx, id);
    if (account.archivedAt === null) return account;
    await tx.query("UPDATE ledger_account SET archived_at = NULL WHERE id = $1", [account.id]);
    await recordAudit(tx, viewer, auditOfLedgerAccount("ledger_account.restored", account));
    return { ...account, archivedAt: null };
  });
}
