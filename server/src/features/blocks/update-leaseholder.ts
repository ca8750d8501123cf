import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  type Leaseholder,
  type LeaseholderInput,
  leaseholderColumns,
  lockLeaseholder,
  readLeaseholderInput,
} from "./leaseholder.ts";
import { lockUnit, type Unit } from "./unit.ts";

/**
 * Changes a leaseholder. The demands that were raised stay as they are; only one to whom nothing was raised can be put
 * into another unit of the block. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput, Conflict
 */
export async function updateLeaseholder(
  app: App,
  viewer: Viewer,
  request: { id: string; input: LeaseholderInput },
): Promise<Leaseholder> {
  authorise(viewer, "open_items:manage");
  const values = readLeaseholderInput(request.input);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const unit = await lockUnit(tx, request.input.unitId);
    const before = await lockLeaseholder(tx, request.id);
    if (before.unitId !== unit.id) await refuseToMove(tx, before, unit);
    const [taken] = await tx.query(
      "SELECT FROM leaseholder WHERE unit_id = $1 AND name = $2 AND id <> $3",
      [unit.id, values.name, before.id],
    );
    if (taken)
      throw new Conflict(`The unit ${unit.number} has a leaseholder ${values.name} already.`);
    const [after] = await tx.query<Leaseholder>(
      `UPDATE leaseholder SET unit_id = $2, name = $3, surname = $4, email = $5, since = $6, until = $7
       WHERE id = $1 AND (unit_id, name, surname, email, since, until) IS DISTINCT FROM ($2, $3, $4, $5, $6, $7)
       RETURNING ${leaseholderColumns}`,
      [
        ...[before.id, unit.id, values.name, values.surname],
        ...[values.email, values.since, values.until],
      ],
    );
    if (!after) return before;
    await recordAudit(tx, viewer, {
      action: "leaseholder.updated",
      subjectKind: "leaseholder",
      subjectId: after.id,
      detail: { name: after.name, before: before.name, unit: unit.number },
    });
    return after;
  });
}

async function refuseToMove(tx: TenantTransaction, leaseholder: Leaseholder, unit: Unit) {
  if (unit.blockId !== leaseholder.blockId) {
    throw new Conflict("The unit is in another block: add the leaseholder there.");
  }
  if (unit.archivedAt) throw new Conflict(`The unit ${unit.number} is archived.`);
  const [demand] = await tx.query(
    "SELECT FROM open_item WHERE unit_id = $1 AND leaseholder_id = $2 LIMIT 1",
    [leaseholder.unitId, leaseholder.id],
  );
  if (!demand) return;
  throw new Conflict(
    `Demands were raised to ${leaseholder.name}: archive them here and add them to the unit ${unit.number}.`,
  );
}
