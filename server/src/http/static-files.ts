import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { answerProblem, answerText } from "./answer.ts";

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Buffer;
  /** Null where it would not be smaller. */
  readonly gzipped: Buffer | null;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/**
 * The built client, held in memory: some hundred kilobytes. Only names that exist are answered with a file, so
 * that no path leads out of the folder; every other address is a screen of the client's.
 */
export class StaticFiles {
  readonly #folder: string;
  #files = new Map<string, StaticFile>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#load();
  }

  answer(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      answerProblem(response, 405, "This can only be read.", "METHOD_NOT_ALLOWED");
      return;
    }
    // A client that is built after the server's start is found without a restart.
    if (this.#files.size === 0) this.#load();
    const file = this.#files.get(pathname);
    if (file) {
      send(request, response, file);
    } else if (path.extname(pathname) !== "") {
      answerProblem(response, 404, "There is no such file.", "NOT_FOUND");
    } else {
      this.#answerScreen(request, response);
    }
  }

  #answerScreen(request: IncomingMessage, response: ServerResponse): void {
    const page = this.#files.get("/index.html");
    if (page) send(request, response, page);
    else {
      answerText(
        response,
        503,
        "text/plain; charset=utf-8",
        "The screens have not been built yet: `pnpm start` builds them. The API is at /graphql.\n",
      );
    }
  }

  #load(): void {
    if (!existsSync(this.#folder)) return;
    const entries = readdirSync(this.#folder, { recursive: true, withFileTypes: true });
    this.#files = new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const file = path.join(entry.parentPath, entry.name);
          const name = path.relative(this.#folder, file).split(path.sep).join("/");
          return [`/${name}`, read(file, name)];
        }),
    );
  }
}

function read(file: string, name: string): StaticFile {
  const bytes = readFileSync(file);
  const type = types[path.extname(name)] ?? "application/octet-stream";
  const gzipped = /^(text|application)|svg/.test(type) ? gzipSync(bytes) : null;
  return {
    type,
    bytes,
    gzipped: gzipped && gzipped.length < bytes.length ? gzipped : null,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    immutable: name.startsWith("assets/"),
  };
}

function send(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  response.setHeader("etag", file.etag);
  response.setHeader("vary", "accept-encoding");
  response.setHeader(
    "cache-control",
    file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
  );
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  const accepted = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const gzipped = accepted ? file.gzipped : null;
  if (gzipped) response.setHeader("content-encoding", "gzip");
  const body = gzipped ?? file.bytes;
  response.writeHead(200, { "content-type": file.type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}
