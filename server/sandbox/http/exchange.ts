import type { IncomingMessage } from "node:http";

/** A request that was read whole. */
export interface Request {
  method: string;
  /** Path and query exactly as they were sent, for signatures over them. */
  target: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
  /** The body exactly as it was sent, for digests and signatures. */
  bytes: Buffer;
}

/** "reset" cuts the connection without an answer. */
export type Reply =
  | { status: number; headers: Record<string, string>; body: string | Uint8Array }
  | "reset";

export function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

/** A file to be saved under its name. */
export function file(name: string, body: Uint8Array): Reply {
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${name}"`,
      "x-content-type-options": "nosniff",
    },
    body,
  };
}

export function redirect(location: string): Reply {
  return { status: 303, headers: { location, "cache-control": "no-store" }, body: "" };
}

/** A page with nothing from elsewhere; `nonce` is the one its own script carries. */
export function html(status: number, body: string, nonce?: string): Reply {
  const script = nonce === undefined ? "'none'" : `'nonce-${nonce}'`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      // No form-action: browsers apply it to the redirect back to the application too.
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; script-src ${script}; base-uri 'none'; frame-ancestors 'none'`,
    },
    body,
  };
}
