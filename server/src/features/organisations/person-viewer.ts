import type { App } from "../../app.ts";
import { permissionsOfRole } from "../permissions.ts";
import type { Viewer } from "../viewer.ts";
import { membershipsOf, type PersonMembership } from "./memberships.ts";

/** A person in one of their organisations. */
export function personViewer(
  person: { id: string; name: string },
  membership: PersonMembership,
  sessionId: string | null,
): Viewer {
  return {
    actor: { kind: "person", id: person.id, name: person.name },
    organisationId: membership.organisation.id,
    permissions: permissionsOfRole[membership.role],
    sessionId,
  };
}

/**
 * The membership that a request is about.
 * @param wanted the organisation to prefer; where the person has left it, the oldest membership stands in
 * @returns null for a person without an organisation
 */
export async function currentMembership(
  app: App,
  personId: string,
  wanted: string | null,
): Promise<PersonMembership | null> {
  const memberships = await membershipsOf(app.database, personId);
  return (
    memberships.find(({ organisation }) => organisation.id === wanted) ?? memberships[0] ?? null
  );
}
