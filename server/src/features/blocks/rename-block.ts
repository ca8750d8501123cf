import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Block, blockName, lockBlock } from "./block.ts";

/**
 * Gives a block another name. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when there is one of that name already
 */
export async function renameBlock(
  app: App,
  viewer: Viewer,
  request: { id: string; name: string },
): Promise<Block> {
  authorise(viewer, "ledger_accounts:manage");
  const name = blockName(request.name);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const block = await lockBlock(tx, request.id);
    if (block.name === name) return block;
    const [other] = await tx.query("SELECT FROM block WHERE name = $1 AND id <> $2", [
      name,
      block.id,
    ]);
    if (other) throw new Conflict(`There is a block “${name}” already.`);
    await tx.query("UPDATE block SET name = $2 WHERE id = $1", [block.id, name]);
    await recordAudit(tx, viewer, {
      action: "block.renamed",
      subjectKind: "block",
      subjectId: block.id,
      detail: { name, before: block.name },
    });
    return { ...block, name };
  });
}
