import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Block, lockBlock } from "./block.ts";

/**
 * Takes a block out of use: no account is put into it any more. Those that are in it stay, and stay visible. Again, it
 * changes nothing.
 * @throws Forbidden, NotFound
 */
export async function archiveBlock(app: App, viewer: Viewer, id: string): Promise<Block> {
  authorise(viewer, "ledger_accounts:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const block = await lockBlock(tx, id);
    if (block.archivedAt !== null) return block;
    const archivedAt = app.now();
    await tx.query("UPDATE block SET archived_at = $2 WHERE id = $1", [block.id, archivedAt]);
    await recordAudit(tx, viewer, {
      action: "block.archived",
      subjectKind: "block",
      subjectId: block.id,
      detail: { name: block.name },
    });
    return { ...block, archivedAt };
  });
}
