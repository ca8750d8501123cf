import type { Announcement } from "../../../generated/prisma/client.ts";
import { builder } from "../../../graphql/builder.ts";

/** Declared apart from its fields: the subscription names it too. */
export const AnnouncementRef = builder.objectRef<Announcement>("Announcement");
