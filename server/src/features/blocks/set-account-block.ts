import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { lockAccount } from "../accounts/lock-account.ts";
import { noteAccountChange } from "../accounts/note-account-change.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockBlock } from "./block.ts";

/**
 * Puts an account into a block, or among the organisation's own (null). Again, it changes nothing.
 * @throws Forbidden, NotFound, Conflict when the block is archived
 */
export async function setAccountBlock(
  app: App,
  viewer: Viewer,
  request: { accountId: string; blockId: string | null },
): Promise<FinancialAccount> {
  authorise(viewer, "ledger_accounts:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockAccount(tx, request.accountId);
    const block = request.blockId === null ? null : await lockBlock(tx, request.blockId);
    const blockId = block?.id ?? null;
    if (account.blockId === blockId) return account;
    if (block?.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
    await tx.query("UPDATE financial_account SET block_id = $2 WHERE id = $1", [
      account.id,
      blockId,
    ]);
    const action = block ? "financial_account.put_in_block" : "financial_account.taken_from_block";
    await noteAccountChange(tx, viewer, account, action, block ? { block: block.name } : {});
    return { ...account, blockId };
  });
}
