import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Member, readMembers } from "./member.ts";

/** By name. @throws Forbidden */
export async function listMembers(app: App, viewer: Viewer): Promise<Member[]> {
  authorise(viewer, "members:manage");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) => readMembers(sql));
}
