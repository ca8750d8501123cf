import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UnsafeRoleError } from "../../server/src/db/roles.ts";
import { isOwnOrigin } from "../../server/src/http/origin.ts";
import { DatabaseNotReady, type RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestServer } from "../support/test-server.ts";

let database: TestDatabase;
let server: RunningServer;
let clientFolder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  clientFolder = mkdtempSync(path.join(os.tmpdir(), "tieout-client-"));
  mkdirSync(path.join(clientFolder, "assets"));
  writeFileSync(path.join(clientFolder, "index.html"), "<!doctype html><title>Tieout</title>");
  writeFileSync(path.join(clientFolder, "assets/app-1a2b.js"), `console.log("${"a".repeat(999)}")`);
  writeFileSync(path.join(clientFolder, "..", `outside-${path.basename(clientFolder)}.txt`), "no");
  server = await startTestServer(database.serverUrl, {}, { clientFolder });
});

afterAll(async () => {
  await server.stop();
  await database.drop();
  rmSync(clientFolder, { recursive: true, force: true });
  rmSync(`${path.dirname(clientFolder)}/outside-${path.basename(clientFolder)}.txt`);
});

describe("the built client", () => {
  it("is the page for every screen's address", async () => {
    for (const address of ["/", "/finance/banking/reconciliation", "/sign-in?next=%2F"]) {
      const response = await fetch(server.url + address);
      expect(await response.text()).toContain("<title>Tieout</title>");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("lets browsers keep what is named by its content, and ask whether the page has changed", async () => {
    const asset = await fetch(`${server.url}/assets/app-1a2b.js`);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-encoding")).toBe("gzip");
    expect(await asset.text()).toContain("console.log");
    const page = await fetch(server.url);
    const etag = page.headers.get("etag") ?? "";
    const again = await fetch(server.url, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
  });

  it("has nothing beyond its folder", async () => {
    const outside = `outside-${path.basename(clientFolder)}.txt`;
    for (const address of [`/../${outside}`, `/%2e%2e/${outside}`, `/assets/../../${outside}`]) {
      expect(await statusOf(address)).toBe(404);
    }
    expect(await statusOf("/missing.js")).toBe(404);
  });

  it("comes with what browsers must know", async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBeNull();
  });

  it("is https for good where the product is reached by https", async () => {
    const settings = { publicUrl: "https://books.example", secureCookies: true };
    const secure = await startTestServer(database.serverUrl, settings);
    const { headers } = await fetch(secure.url);
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
    await secure.stop();
  });
});

describe("what is not a screen", () => {
  it("answers whether it lives and can serve", async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: "ready" });
  });

  it("answers unknown addresses of programs with a problem document", async () => {
    for (const address of ["/api", "/api/v1/things", "/webhooks/no-such-provider"]) {
      const response = await fetch(server.url + address, { method: "POST", body: "{}" });
      expect(response.status).toBe(404);
    }
    const response = await fetch(`${server.url}/api/x`);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });

  it("bounds a webhook's body, announced or not", async () => {
    const large = Buffer.alloc(1_048_577);
    expect(await statusOf("/webhooks/plaid", large, true)).toBe(413);
    expect(await statusOf("/webhooks/plaid", large, false)).toBe(413);
    expect((await fetch(`${server.url}/webhooks/plaid`)).status).toBe(405);
  });
});

describe("starting", () => {
  it("fails on a port in use, and leaves nothing behind", async () => {
    const { port } = server.app.config;
    await expect(startTestServer(database.serverUrl, { port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it("refuses a role that could see across tenants", async () => {
    await expect(startTestServer(database.adminUrl)).rejects.toBeInstanceOf(UnsafeRoleError);
  });

  it("refuses a database that lacks migrations", async () => {
    const empty = await createTestDatabase({ empty: true });
    await expect(startTestServer(empty.serverUrl)).rejects.toBeInstanceOf(DatabaseNotReady);
    await empty.drop();
  });
});

describe("an origin", () => {
  it("is the product's own by scheme, name and port", () => {
    const own = "https://books.example";
    expect(isOwnOrigin("https://books.example", own)).toBe(true);
    for (const foreign of [
      "http://books.example",
      "https://books.example:8443",
      "https://books.example.evil.com",
      "https://evil.com/books.example",
      "null",
      "",
    ]) {
      expect(isOwnOrigin(foreign, own), foreign).toBe(false);
    }
  });

  it("may use any name of this machine where the product does", () => {
    expect(isOwnOrigin("http://127.0.0.1:4400", "http://localhost:4400")).toBe(true);
    expect(isOwnOrigin("http://127.0.0.1:4401", "http://localhost:4400")).toBe(false);
    expect(isOwnOrigin("http://localhost", "http://books.example")).toBe(false);
  });
});

/** The status of a request whose path is sent as it is written. */
function statusOf(address: string, body?: Buffer, announced = true): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const method = body ? "POST" : "GET";
    const headers = body && announced ? { "content-length": body.length } : {};
    const request = httpRequest({ hostname, port, path: address, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    // The server may close while the body is still being sent; the answer has come by then.
    request.on("error", reject);
    request.end(body);
  });
}
