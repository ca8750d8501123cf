import type { IncomingMessage } from "node:http";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a browser's `Origin` is the product's own. Where the product is reached by a name of this machine, its
 * other names count as the same: people type them at random.
 */
export function isOwnOrigin(origin: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const given = new URL(origin);
  const own = new URL(publicUrl);
  if (given.origin === own.origin) return true;
  return (
    loopbackNames.has(own.hostname) &&
    loopbackNames.has(given.hostname) &&
    given.protocol === own.protocol &&
    given.port === own.port
  );
}

/**
 * Whether another site's page made the browser send this. Programs send neither header. A request with its own
 * credential in `Authorization` is no matter of sites: a browser never adds that by itself.
 */
export function isCrossSite(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, authorization } = request.headers;
  if (authorization !== undefined) return false;
  if (origin !== undefined) return !isOwnOrigin(origin, publicUrl);
  const site = request.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}
