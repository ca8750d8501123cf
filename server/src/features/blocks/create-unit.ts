import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockBlock } from "./block.ts";
import { readUnitInput, type Unit, type UnitInput, unitColumns, unitsOfBlockMax } from "./unit.ts";

/**
 * Adds a unit to a block.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when the block is archived or full, or has the number already
 */
export async function createUnit(
  app: App,
  viewer: Viewer,
  request: { blockId: string; input: UnitInput },
): Promise<Unit> {
  authorise(viewer, "open_items:manage");
  const { number, name } = readUnitInput(request.input);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const block = await lockBlock(tx, request.blockId);
    if (block.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
    const [counted] = await tx.query<{ full: boolean }>(
      "SELECT count(*) >= $2 AS full FROM unit WHERE block_id = $1",
      [block.id, unitsOfBlockMax],
    );
    if (counted?.full) throw new Conflict(`A block has at most ${unitsOfBlockMax} units.`);
    const [unit] = await tx.query<Unit>(
      `INSERT INTO unit (organisation_id, id, block_id, number, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING RETURNING ${unitColumns}`,
      [tx.organisationId, newId(), block.id, number, name, app.now()],
    );
    if (!unit) throw new Conflict(`There is a unit ${number} in “${block.name}” already.`);
    await recordAudit(tx, viewer, {
      action: "unit.created",
      subjectKind: "unit",
      subjectId: unit.id,
      detail: { number, block: block.name },
    });
    return unit;
  });
}
