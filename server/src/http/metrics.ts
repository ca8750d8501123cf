import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import ipaddr from "ipaddr.js";
import type { App } from "../app.ts";
import { sqlOver } from "../db/sql.ts";
import { registry, type Standing, setStanding } from "../metrics.ts";
import { answerProblem, answerText } from "./answer.ts";

/**
 * The figures, for whoever holds METRICS_TOKEN; where none is set, for programs on this machine. A request that a proxy
 * has handed on comes from this machine too, and says by its headers that it doesn't begin there, if the proxy is set up
 * to: whoever has a proxy sets the token.
 */
export async function answerMetrics(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
  liveCount: number,
): Promise<void> {
  if (!isAllowed(app, request)) {
    response.setHeader("www-authenticate", "Bearer");
    answerProblem(response, 401, "The figures need METRICS_TOKEN.", "NOT_SIGNED_IN");
    return;
  }
  setStanding(await readStanding(app, liveCount));
  answerText(response, 200, registry.contentType, await registry.metrics());
}

function isAllowed(app: App, request: IncomingMessage): boolean {
  const { authorization = "" } = request.headers;
  const { metricsToken } = app.config;
  if (metricsToken !== null) return isSame(authorization, `Bearer ${metricsToken}`);
  if (authorization !== "") return false;
  const handedOn = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some(
    (name) => request.headers[name] !== undefined,
  );
  return !handedOn && app.config.trustedProxies === 0 && isLoopback(request.socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "loopback";
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

async function readStanding(app: App, live: number): Promise<Standing> {
  const sql = sqlOver(app.database.pool);
  const [jobs] = await sql.query<Record<"due" | "running" | "later" | "failed" | "oldest", number>>(
    `SELECT
       count(*) FILTER (WHERE attempts < max_attempts AND locked_at IS NULL AND run_at <= now())::int AS due,
       count(*) FILTER (WHERE locked_at IS NOT NULL)::int AS running,
       count(*) FILTER (WHERE attempts < max_attempts AND locked_at IS NULL AND run_at > now())::int AS later,
       count(*) FILTER (WHERE attempts >= max_attempts AND locked_at IS NULL)::int AS failed,
       coalesce(extract(epoch FROM max(now() - run_at)
         FILTER (WHERE attempts < max_attempts AND locked_at IS NULL AND run_at <= now())), 0)::float8 AS oldest
     FROM graphile_worker._private_jobs`,
  );
  const { due = 0, running = 0, later = 0, failed = 0, oldest = 0 } = jobs ?? {};
  const connections = await sql.query<{ provider: string; status: string; count: bigint }>(
    "SELECT provider, status, count FROM count_connections()",
  );
  return {
    jobs: { due, running, later, failed },
    oldestDueSeconds: oldest,
    connections: connections.map((each) => ({ ...each, count: Number(each.count) })),
    live,
  };
}
