import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { App } from "../app.ts";
import { authenticate } from "../features/organisations/authenticate.ts";
import type { Documents } from "../graphql/documents.ts";
import { presentError } from "../graphql/present-error.ts";
import type { SharedSubscriptions } from "../graphql/shared-subscriptions.ts";
import type { LiveConnections } from "./live-connections.ts";
import { isOwnOrigin } from "./origin.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { SocketConnection } from "./socket-connection.ts";

const connectionsMax = 20_000;
/** Clients send documents and variables, nothing larger. */
const messageBytesMax = 131_072;
/** A client that leaves a ping unanswered for this long is gone. */
const pingEveryMs = 20_000;
const closingMsMax = 2_000;

export interface SocketServerParts {
  readonly app: App;
  readonly documents: Documents;
  readonly subscriptions: SharedSubscriptions;
  readonly live: LiveConnections;
}

/** GraphQL subscriptions over WebSocket, on the HTTP server's own port. */
export class SocketServer {
  readonly #parts: SocketServerParts;
  readonly #server: WebSocketServer;
  readonly #pinging: NodeJS.Timeout;
  readonly #silent = new WeakSet<WebSocket>();

  constructor(parts: SocketServerParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: messageBytesMax,
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
    });
    this.#pinging = setInterval(() => this.#pingAll(), pingEveryMs);
    this.#pinging.unref();
  }

  /** Takes over a connection that asked for `Upgrade`, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const { origin } = request.headers;
    const [path] = (request.url ?? "").split("?");
    if (path !== "/graphql") {
      refuse(socket, "404 Not Found");
    } else if (origin !== undefined && !isOwnOrigin(origin, this.#parts.app.config.publicUrl)) {
      // A browser names its page's origin, and sends the cookie along whatever page that is.
      refuse(socket, "403 Forbidden");
    } else if (this.#server.clients.size >= connectionsMax) {
      refuse(socket, "503 Service Unavailable");
    } else {
      this.#server.handleUpgrade(request, socket, head, (client) =>
        this.#accept(client, socket, request),
      );
    }
  }

  /** Closes every connection as "going away": clients come back to another process, or to the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#pinging);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#server.clients) client.close(1001, "Going away");
    const timer = setTimeout(() => {
      for (const client of this.#server.clients) client.terminate();
    }, closingMsMax);
    await closed;
    clearTimeout(timer);
  }

  #accept(client: WebSocket, wire: Duplex, request: IncomingMessage): void {
    if (client.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      client.close(4406, "Subprotocol not acceptable");
      return;
    }
    client.on("pong", () => this.#silent.delete(client));
    const { app, documents, subscriptions, live } = this.#parts;
    new SocketConnection(client, wire, {
      documents,
      subscriptions,
      authenticate: (params) =>
        authenticate(app, {
          cookie: readSessionCookie(request, app.config),
          authorization: textParam(params, "authorization"),
          organisation: textParam(params, "x-tieout-organisation"),
        }),
      onSignedIn: (viewer, end) => live.add({ viewer, end }),
      present: (error) =>
        presentError(error, {
          development: app.config.development,
          log: app.log,
          requestId: randomUUID(),
        }),
    });
  }

  #pingAll(): void {
    for (const client of this.#server.clients) {
      if (this.#silent.has(client)) {
        client.terminate();
        continue;
      }
      this.#silent.add(client);
      client.ping();
    }
  }
}

/** A connection parameter, named as the header that it stands for, in any case. */
function textParam(params: Record<string, unknown>, name: string): string | null {
  const [, value] = Object.entries(params).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === "string" ? value : null;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
