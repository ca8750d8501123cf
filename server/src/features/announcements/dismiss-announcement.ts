import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { Announcement } from "../../generated/prisma/client.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** Takes an announcement off everybody's screen. Again, it changes nothing. @throws Forbidden, NotFound */
export async function dismissAnnouncement(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<Announcement> {
  authorise(viewer, "bank_connections:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { organisationId } = tx;
    const where = { organisationId_id: { organisationId, id } };
    const known = isUuid(id) ? await tx.prisma.announcement.findUnique({ where }) : null;
    if (known === null) throw new NotFound("announcement");
    const dismissed = await tx.prisma.announcement.updateMany({
      where: { organisationId, id, dismissedAt: null },
      data: { dismissedAt: app.now(), dismissedBy: viewer.actor.name },
    });
    if (dismissed.count > 0) {
      await recordAudit(tx, viewer, {
        action: "announcement.dismissed",
        subjectKind: "announcement",
        subjectId: id,
        detail: { kind: known.kind, occasion: known.occasion },
      });
      emit(tx, { topic: "announcements.changed" });
    }
    return tx.prisma.announcement.findUniqueOrThrow({ where });
  });
}
