import type { App } from "../../app.ts";
import { sqlOver } from "../../db/sql.ts";
import { NotFound } from "../errors.ts";
import type { Viewer } from "../viewer.ts";
import { membershipsOf } from "./memberships.ts";
import { personViewer } from "./person-viewer.ts";
import { applyRevocation } from "./revocations.ts";

/**
 * Moves the browser's session to another organisation of the person. Programs name theirs with each request.
 * @throws NotFound for an organisation that the person is not in
 */
export async function switchOrganisation(
  app: App,
  viewer: Viewer,
  organisationId: string,
): Promise<Viewer> {
  const { actor, sessionId } = viewer;
  if (actor.kind !== "person" || sessionId === null) throw new NotFound("organisation");
  const memberships = await membershipsOf(app.database, actor.id);
  const chosen = memberships.find(({ organisation }) => organisation.id === organisationId);
  if (!chosen) throw new NotFound("organisation");
  await sqlOver(app.database.pool).query(
    "UPDATE session SET current_organisation_id = $2 WHERE id = $1 AND ended_at IS NULL",
    [sessionId, organisationId],
  );
  // What is remembered of this session names the organisation that it has left.
  applyRevocation(app.database, { kind: "person", personId: actor.id });
  return personViewer(actor, chosen, sessionId);
}
