import type { ServerResponse } from "node:http";

/**
 * What every answer says to browsers: the page may load from here only, nobody may frame it, and types are as
 * declared. Style attributes are allowed because the list and the menus place things with them.
 */
export function setSecurityHeaders(response: ServerResponse, publicUrl: string): void {
  const own = new URL(publicUrl);
  const socketOrigin = `${own.protocol === "https:" ? "wss:" : "ws:"}//${own.host}`;
  response.setHeader(
    "content-security-policy",
    [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      `connect-src 'self' ${socketOrigin}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
  );
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("x-frame-options", "DENY");
  response.setHeader("referrer-policy", "same-origin");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  if (own.protocol === "https:") {
    response.setHeader("strict-transport-security", "max-age=31536000");
  }
}
