import type { App } from "../../app.ts";
import type { Viewer } from "../viewer.ts";
import { CredentialRefused } from "./credential-refused.ts";
import { findTokenPerson } from "./find-token-person.ts";
import { membershipsOf, type PersonMembership } from "./memberships.ts";
import { personViewer } from "./person-viewer.ts";
import { verifyToken } from "./verify-token.ts";

/**
 * Who a bearer token of the OpenID Connect issuer speaks for.
 * @throws CredentialRefused
 */
export async function findTokenViewer(
  app: App,
  token: string,
  organisation: string | null,
): Promise<Viewer> {
  const { oidc } = app.config;
  if (!oidc) throw new CredentialRefused("invalid");
  const claims = await verifyToken(oidc, token, app.now());
  const person = await findTokenPerson(app, claims);
  const memberships = await membershipsOf(app.database, person.id);
  const membership = chosen(memberships, organisation);
  return { ...personViewer(person, membership, null), validUntil: claims.expiresAt };
}

/** A program must not land in an organisation by chance: with several, it names one. */
function chosen(memberships: PersonMembership[], organisation: string | null): PersonMembership {
  if (organisation !== null) {
    const named = memberships.find((membership) => membership.organisation.id === organisation);
    if (!named) throw new CredentialRefused("not_a_member");
    return named;
  }
  const [only, ...others] = memberships;
  if (!only) throw new CredentialRefused("not_a_member");
  if (others.length > 0) throw new CredentialRefused("organisation_needed");
  return only;
}
