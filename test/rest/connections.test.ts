import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { ProviderRegistry } from "../../server/src/providers/registry.ts";
import { connectionsApi } from "../../server/src/rest/connections/routes.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { consentTo, startTestBank, type TestBank } from "../support/bank.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestServer } from "../support/test-server.ts";
import {
  addConnection,
  addOrganisation,
  addSession,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let bank: TestBank;
let organisation: WorldOrganisation;
let manager: string;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase();
  bank = await startTestBank();
  const providers = new ProviderRegistry([bank.provider]);
  server = await startTestServer(database.serverUrl, {}, { providers });
  organisation = await addOrganisation(server.app);
  manager = await key(["bank_connections:read", "bank_connections:manage"]);
  reader = await key(["bank_connections:read"]);
});

afterAll(async () => {
  await server.stop();
  await bank.close();
  await database.drop();
});

async function key(permissions: string[]): Promise<string> {
  const { secret } = await createApiKey(server.app, viewerIn(organisation), {
    name: "Program",
    permissions,
  });
  return secret;
}

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the schema that each answer is checked against says what it holds.
  body: any;
}

/** Every answer is checked against the schema that the OpenAPI document promises for it. */
async function call(
  method: "GET" | "POST" | "DELETE" | "PUT",
  path: string,
  options: { key?: string | null; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const secret = options.key === undefined ? manager : options.key;
  const response = await fetch(`${server.url}${connectionsApi.base}${path}`, {
    method,
    headers: {
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const body = await response.json();
  const type = response.headers.get("content-type") ?? "";
  if (response.ok) {
    const route = routeOf(method, path);
    expect(route?.answers.schema.safeParse(body).error).toBeUndefined();
    expect(response.status).toBe(route?.answers.status);
  } else {
    expect(type).toBe("application/problem+json");
    expect(body).toMatchObject({ status: response.status, code: expect.any(String) });
  }
  return { status: response.status, headers: response.headers, body };
}

function routeOf(method: string, path: string) {
  const template = `${path.split("?")[0]?.replace(/[0-9a-f-]{36}/, "{id}")}/`.replace("//", "/");
  return connectionsApi.routes.find(
    (each) => each.method === method.toLowerCase() && each.path === template,
  );
}

describe("a connection's life over REST", () => {
  test("is the same as over GraphQL, from connect to delete", async () => {
    const started = await call("POST", "/connections/connect/", {
      body: { provider: "plaid", institution_id: "ins_900101", history_days: 30 },
    });
    expect(started.body.connection).toMatchObject({ status: "in_progress", history_days: 30 });
    const { id } = started.body.connection;

    const back = await consentTo(started.body.hosted_link_url);
    const returned = back === null ? null : new URL(back).search.slice(1);
    const completed = await call("POST", `/connections/${id}/complete`, { body: { returned } });
    expect(completed.body).toMatchObject({
      status: "active",
      institution_name: "Aldermoor Bank",
      actions: expect.arrayContaining(["sync", "refresh", "disconnect"]),
    });
    expect(completed.body.accounts.map(({ mask }: { mask: string }) => mask).sort()).toEqual([
      "4417",
      "4425",
      "4433",
    ]);
    expect((await call("POST", `/connections/${id}/complete/`)).body.status).toBe("active");

    expect((await call("POST", `/connections/${id}/trigger-sync/`)).status).toBe(202);

    expect((await call("POST", `/connections/${id}/refresh/`)).status).toBe(202);
    const again = await call("POST", `/connections/${id}/refresh/`);
    expect(again.body).toMatchObject({ status: 429, code: "REFRESH_TOO_SOON" });
    const wait = Number(again.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    const { body: now } = await call("GET", `/connections/${id}/`);
    expect(now.next_refresh_possible_at).toBe(again.body.possible_at);

    const repair = await call("POST", `/connections/${id}/repair/`);
    expect(repair.body.hosted_link_url).toMatch(/^http/);

    const { body: standing } = await call("GET", `/connections/${id}/status`);
    expect(standing.history.map(({ to }: { to: string }) => to)).toEqual([
      "active",
      "in_progress",
      "pending",
    ]);

    expect((await call("DELETE", `/connections/${id}/`)).body.status).toBe("deleted");
    expect((await call("DELETE", `/connections/${id}/`)).body.status).toBe("deleted");
    const { body: listed } = await call("GET", "/connections/");
    expect(listed.connections).toEqual([]);
    const { body: deleted } = await call("GET", "/connections/?status=deleted");
    expect(deleted.connections.map((each: { id: string }) => each.id)).toEqual([id]);
  });
});

describe("who may", () => {
  test("see but not touch: a key without the permission", async () => {
    const id = await addConnection(server.app, organisation.id);
    const seen = await call("GET", `/connections/${id}/`, { key: reader });
    expect(seen.body.actions).toEqual([]);
    for (const verb of ["complete", "repair", "refresh", "trigger-sync"]) {
      const refused = await call("POST", `/connections/${id}/${verb}/`, { key: reader });
      expect([verb, refused.body.code]).toEqual([verb, "FORBIDDEN"]);
    }
    expect((await call("DELETE", `/connections/${id}/`, { key: reader })).status).toBe(403);
    const connect = { key: reader, body: { provider: "plaid" } };
    expect((await call("POST", "/connections/connect/", connect)).status).toBe(403);
  });

  test("do nothing: nobody, and a credential that does not do", async () => {
    const nobody = await call("GET", "/connections/", { key: null });
    expect([nobody.status, nobody.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await call("GET", "/connections/", { key: "tieout_nonsense" })).status).toBe(401);
  });

  test("see another organisation's: nobody at all", async () => {
    const other = await addOrganisation(server.app);
    const id = await addConnection(server.app, other.id);
    for (const path of [`/connections/${id}/`, `/connections/${id}/status/`]) {
      expect((await call("GET", path)).body.code).toBe("NOT_FOUND");
    }
    for (const verb of ["complete", "repair", "refresh", "trigger-sync"]) {
      expect((await call("POST", `/connections/${id}/${verb}/`)).body.code).toBe("NOT_FOUND");
    }
    expect((await call("DELETE", `/connections/${id}/`)).body.code).toBe("NOT_FOUND");
  });

  test("use the browser's session, but not from another site", async () => {
    const secret = await addSession(server.app, organisation.people.owner.id, organisation.id);
    const cookie = `tieout=${secret}`;
    expect((await call("GET", "/connections/", { key: null, headers: { cookie } })).status).toBe(
      200,
    );
    const crossing = { cookie, origin: "https://elsewhere.example" };
    const refused = await call("GET", "/connections/", { key: null, headers: crossing });
    expect(refused.body.code).toBe("CROSS_SITE");
  });
});

describe("a request that is not right", () => {
  const connect = "/connections/connect/";

  test.each([
    [{ provider: "nobody" }, 422, "provider"],
    [{}, 422, "provider"],
    [{ provider: "plaid", history_days: 0 }, 422, "history_days"],
    [{ provider: "plaid", history_days: 9_999 }, 422, "history_days"],
    [{ provider: "plaid", surprise: 1 }, 422, undefined],
  ])("%j says what is wrong", async (body, status, field) => {
    const answer = await call("POST", connect, { body });
    expect([answer.status, answer.body.field]).toEqual([status, field]);
  });

  test("is no JSON, no object, too large, or of another type", async () => {
    const send = (body: string, type = "application/json") =>
      fetch(`${server.url}${connectionsApi.base}${connect}`, {
        method: "POST",
        headers: { authorization: `Bearer ${manager}`, "content-type": type },
        body,
      });
    expect((await send("{")).status).toBe(400);
    expect((await send("")).status).toBe(400);
    expect((await send("[]")).status).toBe(422);
    expect((await send("a=1", "text/plain")).status).toBe(415);
    expect((await send(`"${"x".repeat(1_100_000)}"`)).status).toBe(413);
  });

  test("goes nowhere, or with the wrong method", async () => {
    expect((await call("GET", "/nothing/")).body.code).toBe("NOT_FOUND");
    expect((await call("GET", "/connections/not-a-uuid/")).body.code).toBe("NOT_FOUND");
    const wrong = await call("PUT", "/connections/", { body: {} });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await call("GET", "/connections/?status=nonsense")).body).toMatchObject({
      code: "INVALID_INPUT",
      field: "status",
    });
  });
});

describe("the OpenAPI document", () => {
  test("is valid, needs no sign-in, and knows every route", async () => {
    const response = await fetch(`${server.url}${connectionsApi.base}/openapi.json`);
    const document = await response.json();
    const validation = await new Validator().validate(structuredClone(document));
    expect(validation.errors ?? []).toEqual([]);
    expect(validation.valid).toBe(true);
    expect(document.openapi).toBe("3.1.1");
    const described = Object.entries(document.paths as Record<string, object>).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      connectionsApi.routes.map((r) => `${r.method} ${r.path}`).sort(),
    );
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
    for (const reference of new Set(references)) {
      expect(document.components.schemas, reference).toHaveProperty(
        reference.split("/").at(-1) ?? "",
      );
    }
  });
});
