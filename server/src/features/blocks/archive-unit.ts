import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockUnit, type Unit } from "./unit.ts";

/**
 * Takes a unit out of use: nothing is raised for it any more. Its leaseholders and demands stay. Again, it changes
 * nothing.
 * @throws Forbidden, NotFound
 */
export function archiveUnit(app: App, viewer: Viewer, id: string): Promise<Unit> {
  return setArchived(app, viewer, id, app.now());
}

/** Takes a unit back into use. Again, it changes nothing. @throws Forbidden, NotFound */
export function restoreUnit(app: App, viewer: Viewer, id: string): Promise<Unit> {
  return setArchived(app, viewer, id, null);
}

async function setArchived(
  app: App,
  viewer: Viewer,
  id: string,
  archivedAt: Date | null,
): Promise<Unit> {
  authorise(viewer, "open_items:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const unit = await lockUnit(tx, id);
    if ((unit.archivedAt === null) === (archivedAt === null)) return unit;
    await tx.query("UPDATE unit SET archived_at = $2 WHERE id = $1", [unit.id, archivedAt]);
    await recordAudit(tx, viewer, {
      action: archivedAt === null ? "unit.restored" : "unit.archived",
      subjectKind: "unit",
      subjectId: unit.id,
      detail: { number: unit.number },
    });
    return { ...unit, archivedAt };
  });
}
