import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  type Leaseholder,
  type LeaseholderInput,
  leaseholderColumns,
  leaseholdersOfBlockMax,
  readLeaseholderInput,
} from "./leaseholder.ts";
import { lockUnitOfBlock } from "./unit.ts";

/**
 * Adds a leaseholder of a unit.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when the unit or its block is archived, the block is full, or the
 *   unit has a leaseholder of that name already
 */
export async function createLeaseholder(
  app: App,
  viewer: Viewer,
  input: LeaseholderInput,
): Promise<Leaseholder> {
  authorise(viewer, "open_items:manage");
  const { name, surname, email, since, until } = readLeaseholderInput(input);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { unit, block } = await lockUnitOfBlock(tx, input.unitId);
    if (unit.archivedAt) throw new Conflict(`The unit ${unit.number} is archived.`);
    if (block.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
    const [counted] = await tx.query<{ full: boolean }>(
      "SELECT count(*) >= $2 AS full FROM leaseholder WHERE block_id = $1",
      [block.id, leaseholdersOfBlockMax],
    );
    if (counted?.full) {
      throw new Conflict(`A block has at most ${leaseholdersOfBlockMax} leaseholders.`);
    }
    const [leaseholder] = await tx.query<Leaseholder>(
      `INSERT INTO leaseholder (organisation_id, id, block_id, unit_id, name, surname, email, since, until, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (organisation_id, unit_id, name) DO NOTHING RETURNING ${leaseholderColumns}`,
      [
        ...[tx.organisationId, newId(), block.id, unit.id],
        ...[name, surname, email, since, until, app.now()],
      ],
    );
    if (!leaseholder)
      throw new Conflict(`The unit ${unit.number} has a leaseholder ${name} already.`);
    await recordAudit(tx, viewer, {
      action: "leaseholder.created",
      subjectKind: "leaseholder",
      subjectId: leaseholder.id,
      detail: { name, unit: unit.number, block: block.name },
    });
    return leaseholder;
  });
}
