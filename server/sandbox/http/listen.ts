import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json, type Reply, type Request } from "./exchange.ts";

/** A batch of a thousand bank transactions with all their words is the largest. */
const bodyBytesMax = 8_000_000;

/** PEM of a server's own, and of the authority whose clients alone may connect. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * Serves `handle` over HTTP; rejects when the port is taken.
 * @param tls serves over TLS instead, and only clients with a certificate of that authority
 */
export async function listen(
  at: { host: string; port: number },
  handle: (request: Request) => Promise<Reply>,
  tls?: Tls,
): Promise<{ port: number; close(): Promise<void> }> {
  const take = (incoming: IncomingMessage, response: ServerResponse) => {
    void serve(incoming, response, handle);
  };
  const server =
    tls === undefined
      ? createServer(take)
      : createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: true }, take);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Reply>,
): Promise<void> {
  const reply = await answer(incoming, handle);
  if (reply === "reset") {
    // The socket of TLS cannot be reset: it is cut all the same.
    if ("encrypted" in incoming.socket) incoming.socket.destroy();
    else incoming.socket.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}

async function answer(
  incoming: IncomingMessage,
  handle: (request: Request) => Promise<Reply>,
): Promise<Reply> {
  try {
    const bytes = await readBody(incoming);
    if (bytes === undefined) return json(413, { error: "the body is too large" });
    const target = incoming.url ?? "/";
    const url = new URL(target, "http://sandbox");
    return await handle({
      method: incoming.method ?? "GET",
      target,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: bytes.toString("utf8"),
      bytes,
    });
  } catch (error) {
    console.error("sandbox bank: a request failed", error);
    return json(500, { error: "the sandbox bank itself failed; see its log" });
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
