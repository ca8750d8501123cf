import type { App } from "../../app.ts";
import type { Viewer } from "../viewer.ts";
import { CredentialRefused } from "./credential-refused.ts";
import { currentMembership, personViewer } from "./person-viewer.ts";
import { findLiveSession } from "./sessions.ts";

/**
 * @returns null for a session that has ended, and for a person without an organisation
 * @throws CredentialRefused when the request names an organisation that the person is not in
 */
export async function findSessionViewer(
  app: App,
  secret: string,
  organisation: string | null,
): Promise<Viewer | null> {
  const session = await findLiveSession(app, secret);
  if (!session) return null;
  const wanted = organisation ?? session.organisationId;
  const membership = await currentMembership(app, session.personId, wanted);
  if (!membership) return null;
  if (organisation !== null && membership.organisation.id !== organisation) {
    throw new CredentialRefused("not_a_member");
  }
  return personViewer({ id: session.personId, name: session.personName }, membership, session.id);
}
