import type { IncomingMessage } from "node:http";

/**
 * Whom a request comes from. Each trusted proxy appends the address it saw to `X-Forwarded-For`; what stands
 * before those is the client's own invention.
 * @param trustedProxies how many proxies stand in front; 0: none, the header is ignored
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? "";
  if (trustedProxies === 0) return direct;
  const header = request.headers["x-forwarded-for"] ?? "";
  const seen = String(header)
    .split(",")
    .map((address) => address.trim())
    .filter((address) => address !== "");
  return seen.at(-trustedProxies) ?? seen[0] ?? direct;
}
