import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockUnitOfBlock, readUnitInput, type Unit, type UnitInput, unitKey } from "./unit.ts";

/**
 * Gives a unit another number or name. Its demands stay its. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when another unit of the block has the number
 */
export async function updateUnit(
  app: App,
  viewer: Viewer,
  request: { id: string; input: UnitInput },
): Promise<Unit> {
  authorise(viewer, "open_items:manage");
  const values = readUnitInput(request.input);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    // Whoever gives out numbers in a block holds the block.
    const { unit, block } = await lockUnitOfBlock(tx, request.id);
    if (unit.number === values.number && unit.name === values.name) return unit;
    const others = await tx.query<{ number: string }>(
      "SELECT number FROM unit WHERE block_id = $1 AND id <> $2",
      [block.id, unit.id],
    );
    if (others.some(({ number }) => unitKey(number) === unitKey(values.number))) {
      throw new Conflict(`There is a unit ${values.number} in “${block.name}” already.`);
    }
    await tx.query("UPDATE unit SET number = $2, name = $3 WHERE id = $1", [
      unit.id,
      values.number,
      values.name,
    ]);
    await recordAudit(tx, viewer, {
      action: "unit.updated",
      subjectKind: "unit",
      subjectId: unit.id,
      detail: { number: values.number, before: unit.number, block: block.name },
    });
    return { ...unit, ...values };
  });
}
