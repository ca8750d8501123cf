import type { IncomingMessage } from "node:http";

/** A page elsewhere can post a form without asking first, but not with a header of its own. */
export function forcesPreflight({ headers }: IncomingMessage): boolean {
  return "graphql-require-preflight" in headers || "x-tieout-upload" in headers;
}
