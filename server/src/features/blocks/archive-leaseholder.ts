import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Leaseholder, lockLeaseholder } from "./leaseholder.ts";

/**
 * Takes a leaseholder out of use: nothing is raised to them any more. Their demands stay. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export function archiveLeaseholder(app: App, viewer: Viewer, id: string): Promise<Leaseholder> {
  return setArchived(app, viewer, id, app.now());
}

/** Takes a leaseholder back into use. Again, it changes nothing. @throws Forbidden, NotFound */
export function restoreLeaseholder(app: App, viewer: Viewer, id: string): Promise<Leaseholder> {
  return setArchived(app, viewer, id, null);
}

async function setArchived(
  app: App,
  viewer: Viewer,
  id: string,
  archivedAt: Date | null,
): Promise<Leaseholder> {
  authorise(viewer, "open_items:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const leaseholder = await lockLeaseholder(tx, id);
    if ((leaseholder.archivedAt === null) === (archivedAt === null)) return leaseholder;
    await tx.query("UPDATE leaseholder SET archived_at = $2 WHERE id = $1", [
      leaseholder.id,
      archivedAt,
    ]);
    await recordAudit(tx, viewer, {
      action: archivedAt === null ? "leaseholder.restored" : "leaseholder.archived",
      subjectKind: "leaseholder",
      subjectId: leaseholder.id,
      detail: { name: leaseholder.name },
    });
    return { ...leaseholder, archivedAt };
  });
}
