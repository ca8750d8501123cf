import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { GraphQLSchema } from "graphql";
import type { App } from "../app.ts";
import { Documents } from "../graphql/documents.ts";
import { SharedSubscriptions } from "../graphql/shared-subscriptions.ts";
import { observeRequest } from "../metrics.ts";
import { connectionsApi } from "../rest/connections/routes.ts";
import { feedsApi } from "../rest/feeds/routes.ts";
import { reconciliationApi } from "../rest/reconciliation/routes.ts";
import { statementsApi } from "../rest/statements/routes.ts";
import { answerProblem } from "./answer.ts";
import { createGraphQLHandler } from "./graphql-handler.ts";
import { answerHealth, answerReady } from "./health.ts";
import { LiveConnections } from "./live-connections.ts";
import { answerMetrics } from "./metrics.ts";
import { createRestHandler } from "./rest-handler.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { SocketServer } from "./socket-server.ts";
import { StaticFiles } from "./static-files.ts";
import { handleWebhook } from "./webhooks.ts";

/** How long requests under way may take once the server stops, in milliseconds. */
const finishMsMax = 5_000;

/** How long the body of a request may take, in milliseconds; that of a file may take longer. */
const bodyMsMax = 30_000;
const uploadMsMax = 60 * 60_000;

/** A port that is held before anything else is started, so that one in use is found out first. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
}

/** @throws the operating system's error, such as EADDRINUSE */
export async function listen(port: number, host: string): Promise<Listener> {
  const server = createServer({ requestTimeout: uploadMsMax, headersTimeout: 15_000 });
  server.keepAliveTimeout = 65_000;
  // Until the routes are there.
  server.on("request", answerStarting);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : port };
}

export interface Serving {
  /** Stops accepting, closes live connections, lets requests under way finish. */
  stop(): Promise<void>;
}

/** Answers on the listener from now on. */
export function serve(
  app: App,
  { server }: Listener,
  schema: GraphQLSchema,
  clientFolder: string,
): Serving {
  const documents = new Documents(schema);
  const subscriptions = new SharedSubscriptions(app, schema, documents);
  const live = new LiveConnections(app);
  const sockets = new SocketServer({ app, documents, subscriptions, live });
  const graphql = createGraphQLHandler({ app, schema, documents, subscriptions, live });
  const connections = createRestHandler(app, connectionsApi);
  const feeds = createRestHandler(app, feedsApi);
  const statements = createRestHandler(app, statementsApi);
  const reconciliation = createRestHandler(app, reconciliationApi);
  const files = new StaticFiles(clientFolder);

  server.off("request", answerStarting);
  server.on("request", (request, response) => {
    const startedAt = performance.now();
    response.once("close", () => {
      const seconds = (performance.now() - startedAt) / 1_000;
      observeRequest(routeName(request), response.statusCode, seconds);
    });
    if (!isUpload(request)) hurry(request, response);
    route(request, response).catch((error) => {
      app.log.error({ err: error, path: request.url?.split("?")[0] }, "A request failed");
      if (response.headersSent) response.destroy();
      else answerProblem(response, 500, "Something went wrong on our side.", "INTERNAL");
    });
  });
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  return { stop: () => stopServing(server, sockets, live) };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (path !== "/graphql" || !app.config.development) {
      setSecurityHeaders(response, app.config.publicUrl);
    }
    if (path === "/graphql") return graphql(request, response);
    const [, provider, word] =
      /^\/webhooks\/([a-z0-9_-]{1,40})(?:\/([a-z0-9_-]{1,40}))?$/.exec(path) ?? [];
    if (provider !== undefined) return handleWebhook(app, request, response, provider, word ?? "");
    if (path.startsWith(`${connectionsApi.base}/`)) return connections(request, response);
    if (path.startsWith(`${feedsApi.base}/`)) return feeds(request, response);
    if (path.startsWith(`${statementsApi.base}/`)) return statements(request, response);
    if (path.startsWith(`${reconciliationApi.base}/`)) return reconciliation(request, response);
    if (path === "/health") return answerHealth(response);
    if (path === "/ready") return answerReady(app, response);
    if (path === "/metrics") return answerMetrics(app, request, response, live.count);
    if (/^\/(api|webhooks)(\/|$)/.test(path)) {
      return answerProblem(response, 404, "There is nothing at this address.", "NOT_FOUND");
    }
    files.answer(request, response, path);
  }
}

/** A file may take its time, as long as it goes on; every other body is to be there soon. */
function isUpload({ method, url = "/", headers }: IncomingMessage): boolean {
  if (method !== "POST") return false;
  const [path = "/"] = url.split("?");
  if (path === "/graphql") return /^multipart\/form-data/i.test(headers["content-type"] ?? "");
  return path === `${statementsApi.base}/imports/` || path === `${statementsApi.base}/imports`;
}

/** Ends a request whose body does not come in. */
function hurry(request: IncomingMessage, response: ServerResponse): void {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    const end = () => request.destroy();
    if (response.headersSent) return end();
    response.setHeader("connection", "close");
    response.once("finish", end);
    answerProblem(response, 408, "The body did not come in.", "TIMEOUT");
  }, bodyMsMax);
  request.once("close", () => clearTimeout(timer));
}

/** One of a few words: a path may name anything. */
function routeName(request: IncomingMessage): string {
  const [, first = ""] = /^\/([a-z]{1,20})(?:[/?]|$)/.exec(request.url ?? "") ?? [];
  return routes.has(first) ? first : "files";
}

const routes = new Set(["graphql", "webhooks", "api", "health", "ready", "metrics"]);

function answerStarting(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  answerProblem(response, 503, "The server is starting.", "STARTING");
}

async function stopServing(
  server: Server,
  sockets: SocketServer,
  live: LiveConnections,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all([sockets.stop(), live.stop()]);
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), finishMsMax);
  await closed;
  clearTimeout(timer);
}
