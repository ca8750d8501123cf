import type { App } from "../../app.ts";
import type { Viewer } from "../viewer.ts";
import { authenticationCacheOf } from "./authentication-cache.ts";
import { CredentialRefused } from "./credential-refused.ts";
import { apiKeyScheme, findApiKeyViewer } from "./find-api-key-viewer.ts";
import { findSessionViewer } from "./find-session-viewer.ts";
import { findTokenViewer } from "./find-token-viewer.ts";
import { hashSecret } from "./secrets.ts";

/** What a request presents. Absent parts are null. */
export interface Credentials {
  /** The session cookie's value. */
  cookie: string | null;
  /** The header `Authorization`. */
  authorization: string | null;
  /** The header `x-tieout-organisation`: which organisation the request is about. */
  organisation: string | null;
}

/** Longer ones are refused unread: a token with many claims is a few thousand characters. */
const credentialCharactersMax = 16_384;

/**
 * Who asks: an API key or the issuer's token in `Authorization`, otherwise the browser's session.
 *
 * @returns null when nothing is presented, or a session that has ended: the caller is nobody
 * @throws CredentialRefused for a bearer credential that does not do, or an organisation that is not the caller's
 */
export async function authenticate(app: App, credentials: Credentials): Promise<Viewer | null> {
  const { authorization, cookie, organisation } = credentials;
  if (authorization !== null) {
    const token = bearerToken(authorization);
    return remembered(app, "bearer", token, organisation, () =>
      token.startsWith(apiKeyScheme)
        ? findApiKeyViewer(app, token, organisation)
        : findTokenViewer(app, token, organisation),
    );
  }
  if (cookie === null || cookie === "" || cookie.length > credentialCharactersMax) return null;
  return remembered(app, "session", cookie, organisation, () =>
    findSessionViewer(app, cookie, organisation),
  );
}

function bearerToken(authorization: string): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (!token || token.length > credentialCharactersMax) throw new CredentialRefused("invalid");
  return token;
}

/** The cache holds no secret, only its hash. */
function remembered(
  app: App,
  kind: string,
  secret: string,
  organisation: string | null,
  find: () => Promise<Viewer | null>,
): Promise<Viewer | null> {
  const key = hashSecret(JSON.stringify([kind, secret, organisation])).toString("base64");
  return authenticationCacheOf(app.database).viewer(key, app.now(), find);
}
