import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Block, blockColumns, blockName, blocksMax } from "./block.ts";

/**
 * Adds a block.
 * @throws Forbidden, InvalidInput, Conflict when there is one of that name already, or too many
 */
export async function createBlock(
  app: App,
  viewer: Viewer,
  request: { name: string },
): Promise<Block> {
  authorise(viewer, "ledger_accounts:manage");
  const name = blockName(request.name);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [counted] = await tx.query<{ full: boolean }>(
      "SELECT count(*) >= $1 AS full FROM block",
      [blocksMax],
    );
    if (counted?.full) throw new Conflict(`An organisation has at most ${blocksMax} blocks.`);
    const [block] = await tx.query<Block>(
      `INSERT INTO block (organisation_id, id, name, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (organisation_id, name) DO NOTHING RETURNING ${blockColumns}`,
      [tx.organisationId, newId(), name, app.now()],
    );
    if (!block) throw new Conflict(`There is a block “${name}” already.`);
    await recordAudit(tx, viewer, {
      action: "block.created",
      subjectKind: "block",
      subjectId: block.id,
      detail: { name },
    });
    return block;
  });
}
