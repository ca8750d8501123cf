import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Announcement } from "../../generated/prisma/client.ts";
import { authorise, type Viewer } from "../viewer.ts";

const announcementsMax = 200;

/** What people should know and have not dismissed, newest first. @throws Forbidden */
export async function listAnnouncements(app: App, viewer: Viewer): Promise<Announcement[]> {
  authorise(viewer, "bank_connections:read");
  return asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.announcement.findMany({
      where: { organisationId: tx.organisationId, settledAt: null, dismissedAt: null },
      orderBy: [{ announcedAt: "desc" }, { id: "desc" }],
      take: announcementsMax,
    }),
  );
}
