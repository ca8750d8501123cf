import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import { createApiKey } from "../../../server/src/features/organisations/create-api-key.ts";
import { sessionAlive } from "../../../server/src/features/organisations/session-alive.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app, { name: "Harbour Works" });
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

function byKey(secret: string, named: string | null = null) {
  return authenticate(app, {
    cookie: null,
    authorization: `Bearer ${secret}`,
    organisation: named,
  });
}

const create = `mutation ($name: String!, $permissions: [String!]!) {
  createApiKey(name: $name, permissions: $permissions) { __typename
    ... on CreatedApiKey { secret apiKey { id name prefix permissions lastUsedAt revokedAt } }
    ... on Problem { code message } ... on ForbiddenProblem { permission }
    ... on InvalidInputProblem { field } } }`;
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) { __typename
  ... on ApiKey { revokedAt } } }`;

describe("an API key", () => {
  it("is shown once, lets a program in with its permissions, and ends when it is revoked", async () => {
    const owner = viewerIn(organisation);
    const variables = { name: " Nightly  export ", permissions: ["transactions:read"] };
    const { createApiKey: created } = (await ask(app, owner, create, variables)).data;
    const { id, prefix, name } = created.apiKey;
    expect(name).toBe("Nightly export");
    expect(created.secret).toMatch(/^tieout_[a-z2-9]{8}_[\w-]{43}$/);
    expect(created.secret.startsWith(prefix)).toBe(true);

    const program = await byKey(created.secret);
    expect(program).toMatchObject({
      actor: { kind: "api_key", id, name: "Nightly export" },
      organisationId: organisation.id,
      sessionId: null,
    });
    expect([...(program?.permissions ?? [])]).toEqual(["transactions:read"]);
    const seen = await ask(
      app,
      program,
      "{ viewer { actorKind person { id } role organisations { role } organisation { name } } }",
    );
    expect(seen.data.viewer).toEqual({
      actorKind: "API_KEY",
      person: null,
      role: null,
      organisations: [],
      organisation: { name: "Harbour Works" },
    });
    const listed = await ask(app, owner, "{ apiKeys { id prefix lastUsedAt revokedAt } }");
    expect(listed.data.apiKeys).toEqual([
      { id, prefix, lastUsedAt: app.now().toISOString(), revokedAt: null },
    ]);

    const revoked = await ask(app, owner, revoke, { id });
    expect(revoked.data.revokeApiKey).toMatchObject({ revokedAt: app.now().toISOString() });
    await expect(byKey(created.secret)).rejects.toMatchObject({ reason: "invalid" });
    expect(program && (await sessionAlive(app, program))).toBe(false);
    app.advance(60_000);
    const again = await ask(app, owner, revoke, { id });
    expect(again.data.revokeApiKey).toEqual(revoked.data.revokeApiKey);
  });

  it("is nowhere kept but as a hash", async () => {
    const made = await createApiKey(app, viewerIn(organisation), {
      name: "Hashed",
      permissions: ["audit:read"],
    });
    const rows = await readAsOrganisation(app.database, organisation.id, (sql) =>
      sql.query<{ text: string }>(
        "SELECT k::text AS text FROM api_key k UNION ALL SELECT e::text FROM audit_entry e",
      ),
    );
    const secret = made.secret.slice(made.apiKey.prefix.length + 1);
    expect(rows.map(({ text }) => text).join("\n")).not.toContain(secret);
  });

  it("never grants more than its creator may do", async () => {
    const admin = viewerIn(organisation, "admin");
    const asked = { name: "Too much", permissions: ["transactions:read", "owners:manage"] };
    expect((await ask(app, admin, create, asked)).data.createApiKey).toMatchObject({
      __typename: "ForbiddenProblem",
      permission: "owners:manage",
    });
    const accountant = viewerIn(organisation, "accountant");
    const own = { name: "Mine", permissions: ["transactions:read"] };
    expect((await ask(app, accountant, create, own)).data.createApiKey).toMatchObject({
      permission: "api_keys:manage",
    });
  });

  it.each([
    ["no name", { name: "  ", permissions: ["audit:read"] }, "name"],
    ["a name too long", { name: "x".repeat(121), permissions: ["audit:read"] }, "name"],
    ["no permission", { name: "Nothing", permissions: [] }, "permissions"],
    ["an unknown permission", { name: "Odd", permissions: ["constructor"] }, "permissions"],
  ])("is refused with %s", async (_, variables, field) => {
    const answer = await ask(app, viewerIn(organisation), create, variables);
    expect(answer.data.createApiKey).toMatchObject({ code: "INVALID_INPUT", field });
  });

  it("notes its use at most once a minute", async () => {
    const { secret, apiKey } = await createApiKey(app, viewerIn(organisation), {
      name: "Busy",
      permissions: ["audit:read"],
    });
    const lastUsed = async () => {
      const [row] = await readAsOrganisation(app.database, organisation.id, (sql) =>
        sql.query<{ at: Date }>("SELECT last_used_at AS at FROM api_key WHERE id = $1", [
          apiKey.id,
        ]),
      );
      return row?.at;
    };
    const first = app.now();
    await byKey(secret);
    app.advance(55_000);
    await byKey(secret);
    expect(await lastUsed()).toEqual(first);
    app.advance(5_000);
    await byKey(secret);
    app.advance(4_000);
    await byKey(secret);
    expect(await lastUsed()).toEqual(new Date(first.getTime() + 60_000));
  });

  it("belongs to one organisation, whatever the request names", async () => {
    const other = await addOrganisation(app);
    const { secret } = await createApiKey(app, viewerIn(organisation), {
      name: "Named",
      permissions: ["audit:read"],
    });
    expect((await byKey(secret, organisation.id))?.organisationId).toBe(organisation.id);
    for (const named of [other.id, "nonsense"]) {
      await expect(byKey(secret, named)).rejects.toMatchObject({ reason: "not_a_member" });
    }
  });
});

describe("a bearer credential that does not do", () => {
  it.each([
    "Bearer tieout_aaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "Bearer tieout_",
    "Bearer not.a.token",
    "Bearer ",
    "Basic dGVzdDp0ZXN0",
    `Bearer ${"x".repeat(20_000)}`,
    "",
  ])("is refused, not taken for nobody: %.40s", async (authorization) => {
    const credentials = { cookie: null, authorization, organisation: null };
    await expect(authenticate(app, credentials)).rejects.toMatchObject({
      code: "CREDENTIAL_REFUSED",
      reason: "invalid",
    });
  });
});
