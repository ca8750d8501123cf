import type { IncomingMessage, ServerResponse } from "node:http";

export interface CookieSettings {
  /** True where the product is reached over https; the browser then also refuses the cookie from elsewhere. */
  readonly secureCookies: boolean;
}

/** The session secret that the browser sent, or null. */
export function readSessionCookie(
  request: IncomingMessage,
  settings: CookieSettings,
): string | null {
  const name = cookieName(settings);
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/**
 * Sets the session cookie, or clears it when `secret` is null. Scripts cannot read it, and other sites' requests
 * do not carry it.
 * @param expiresAt null: until the browser is closed
 */
export function writeSessionCookie(
  response: ServerResponse,
  settings: CookieSettings,
  secret: string | null,
  expiresAt: Date | null,
): void {
  const parts = [`${cookieName(settings)}=${secret ?? ""}`, "Path=/", "HttpOnly", "SameSite=Lax"];
  if (settings.secureCookies) parts.push("Secure");
  const expires = secret === null ? new Date(0) : expiresAt;
  if (expires) parts.push(`Expires=${expires.toUTCString()}`);
  const others = [response.getHeader("set-cookie") ?? []].flat().map(String);
  const own = others.filter((cookie) => !cookie.startsWith(`${cookieName(settings)}=`));
  response.setHeader("set-cookie", [...own, parts.join("; ")]);
}

/** The prefix makes browsers insist on Secure, Path=/ and no Domain: no neighbour can plant one. */
function cookieName({ secureCookies }: CookieSettings): string {
  return secureCookies ? "__Host-tieout" : "tieout";
}
