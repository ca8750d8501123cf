import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../server/src/config.ts";
import { countSync, observeProviderCall } from "../../server/src/metrics.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addScriptedConnection } from "../support/scripted-connection.ts";
import { startTestServer } from "../support/test-server.ts";
import { addAccount, addOrganisation, createTestApp, type TestApp } from "../support/world.ts";

const token = "a-token-for-the-figures";

let database: TestDatabase;
let app: TestApp;
let server: RunningServer;
let proxied: RunningServer;
/** Without a token and without a proxy. */
let alone: RunningServer;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  [server, proxied, alone] = await Promise.all([
    startTestServer(database.serverUrl, { metricsToken: token }),
    startTestServer(database.serverUrl, { trustedProxies: 1 }),
    startTestServer(database.serverUrl),
  ]);
});

afterAll(async () => {
  await server.stop();
  await proxied.stop();
  await alone.stop();
  await app.close();
  await database.drop();
});

const read = async (headers: Record<string, string> = {}, from = server) => {
  const response = await fetch(`${from.url}/metrics`, { headers });
  return { status: response.status, text: await response.text() };
};

test("answers whoever holds the token, and where none is set, programs on this machine", async () => {
  expect((await read({}, alone)).status).toBe(200);
  expect((await read()).status).toBe(401);
  expect((await read({ authorization: `Bearer ${token}` })).status).toBe(200);
  expect(
    (await read({ authorization: `Bearer ${token}`, "x-forwarded-for": "192.0.2.1" })).status,
  ).toBe(200);
});

test.each([
  ["a wrong token", { authorization: "Bearer wrong" }],
  ["another scheme", { authorization: `Basic ${token}` }],
  ["a request that a proxy on this machine hands on", { "x-forwarded-for": "192.0.2.1" }],
  ["one that says so in another way", { forwarded: "for=192.0.2.1" }],
])("refuses %s", async (_what, headers) => {
  const from = "authorization" in headers ? server : alone;
  const refused = await read(headers as Record<string, string>, from);
  expect(refused.status).toBe(401);
  expect(refused.text).not.toContain("tieout_");
});

test("takes nobody for local behind a proxy, and no token where none is set", async () => {
  expect((await read({}, proxied)).status).toBe(401);
  expect((await read({ authorization: "Bearer " }, proxied)).status).toBe(401);
  expect((await read({ authorization: "Bearer null" }, proxied)).status).toBe(401);
});

test("tells what stands where, over all organisations, without saying whose", async () => {
  const organisation = await addOrganisation(app, { name: "Harbour & Vale" });
  const id = await addScriptedConnection(app, organisation.id, {
    status: "degraded",
    institutionName: "Secret Street Bank",
  });
  await addAccount(app, organisation.id, id, { name: "Payroll", mask: "x47y11" });
  await addScriptedConnection(app, (await addOrganisation(app)).id, { status: "degraded" });
  countSync("scripted", "scheduled", "succeeded");
  observeProviderCall({ provider: "scripted", operation: "refresh", outcome: "ok", seconds: 0.2 });
  await fetch(`${server.url}/health`);
  const { text } = await read({ authorization: `Bearer ${token}` });
  expect(text).toContain('tieout_bank_connections{provider="scripted",status="degraded"} 2');
  expect(text).toMatch(
    /tieout_syncs_total\{provider="scripted",trigger="scheduled",outcome="succeeded"\} \d/,
  );
  expect(text).toMatch(
    /tieout_provider_call_seconds_count\{provider="scripted",operation="refresh",outcome="ok"\} \d/,
  );
  expect(text).toMatch(/tieout_jobs\{state="due"\} \d/);
  expect(text).toMatch(/tieout_oldest_due_job_seconds \d/);
  expect(text).toMatch(/tieout_live_connections \d/);
  expect(text).toMatch(/tieout_http_request_seconds_count\{route="health",status="2xx"\} [1-9]/);
  for (const secret of [id, organisation.id, "Harbour", "Secret Street", "Payroll", "x47y11"]) {
    expect(text).not.toContain(secret);
  }
});

test("has no end of labels, whatever paths are asked for", async () => {
  for (const path of ["/nonsense-1", "/NONSENSE", "/%00", "/api/nowhere", "/webhooks/nobody"]) {
    await new Promise<void>((resolve, reject) => {
      request(`${server.url}${path}`, (response) => response.resume().on("end", resolve))
        .on("error", reject)
        .end();
    });
  }
  const { text } = await read({ authorization: `Bearer ${token}` });
  const routes = new Set([...text.matchAll(/route="([^"]+)"/g)].map(([, route]) => route));
  // Of all that this process was ever asked for, by other files' tests too.
  for (const one of ["files", "api", "webhooks"]) expect(routes).toContain(one);
  for (const one of ["graphql", "health", "ready", "metrics", "files", "api", "webhooks"]) {
    routes.delete(one);
  }
  expect([...routes]).toEqual([]);
});

test("a token that is too short is refused at the start", () => {
  expect(() => loadConfig({ METRICS_TOKEN: "short" })).toThrow(
    "METRICS_TOKEN must have 16 characters or more",
  );
});
