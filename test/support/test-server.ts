import { loadServerConfig, type ServerConfig } from "../../server/src/config.ts";
import {
  type RunningServer,
  type StartOptions,
  startServer,
} from "../../server/src/start-server.ts";

/** A whole server in this process, on any free port and without jobs unless told otherwise. */
export function startTestServer(
  databaseUrl: string,
  settings: Partial<ServerConfig> = {},
  options: StartOptions = {},
): Promise<RunningServer> {
  const config = loadServerConfig({
    DATABASE_URL: databaseUrl,
    TIEOUT_DEMO: "true",
    TOKEN_KEYS: `demo-test:${Buffer.alloc(32, 7).toString("base64")}`,
    LOG_LEVEL: "silent",
    POOL_SIZE: "6",
  });
  const anyPort = { port: 0, publicUrl: "http://localhost:0" };
  return startServer({ ...config, ...anyPort, ...settings }, { worker: false, ...options });
}

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document that each test writes.
  readonly body: any;
}

/** Posts a document as a program would. */
export async function post(
  server: { readonly url: string },
  query: string,
  more: { variables?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<GraphQLAnswer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...more.headers },
    body: JSON.stringify({ query, variables: more.variables }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
