import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import { changeMemberRole } from "../../../server/src/features/organisations/change-member-role.ts";
import { sessionAlive } from "../../../server/src/features/organisations/session-alive.ts";
import { signIn } from "../../../server/src/features/organisations/sign-in.ts";
import { permissionsOfRole } from "../../../server/src/features/permissions.ts";
import type { Role } from "../../../server/src/generated/prisma/enums.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  addSession,
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
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app, { name: "Harbour Works" });
});

const tell = `__typename ... on Member { id role person { name email } }
  ... on Problem { code message } ... on ForbiddenProblem { permission }`;

async function add(role: Role, variables: Record<string, unknown>) {
  const { data } = await ask(
    app,
    viewerIn(organisation, role),
    `mutation ($email: String!, $name: String!, $role: Role!, $password: String) {
      addMember(email: $email, name: $name, role: $role, password: $password) {
        ${tell} ... on InvalidInputProblem { field } } }`,
    { name: "Ada Lovelace", role: "VIEWER", password: "twelve characters", ...variables },
  );
  return data.addMember;
}

async function changeRole(role: Role, id: string, to: string) {
  const { data } = await ask(
    app,
    viewerIn(organisation, role),
    `mutation ($id: ID!, $to: Role!) { changeMemberRole(id: $id, role: $to) { ${tell} } }`,
    { id, to },
  );
  return data.changeMemberRole;
}

async function remove(role: Role, id: string) {
  const { data } = await ask(
    app,
    viewerIn(organisation, role),
    `mutation ($id: ID!) { removeMember(id: $id) { ${tell} } }`,
    { id },
  );
  return data.removeMember;
}

describe("the roles", () => {
  it("grant these permissions", () => {
    const table = Object.fromEntries(
      Object.entries(permissionsOfRole).map(([role, permissions]) => [
        role,
        [...permissions].sort(),
      ]),
    );
    expect(table).toMatchInlineSnapshot(`
      {
        "accountant": [
          "accounting:manage",
          "audit:read",
          "bank_connections:read",
          "ledger_accounts:manage",
          "matching:manage",
          "open_items:manage",
          "open_items:read",
          "reconciliation:match",
          "statements:import",
          "transactions:categorise",
          "transactions:read",
        ],
        "admin": [
          "accounting:manage",
          "api_keys:manage",
          "audit:read",
          "bank_connections:manage",
          "bank_connections:read",
          "bank_feeds:push",
          "ledger_accounts:manage",
          "matching:manage",
          "members:manage",
          "open_items:manage",
          "open_items:read",
          "reconciliation:match",
          "statements:accept_unbalanced",
          "statements:import",
          "transactions:categorise",
          "transactions:read",
        ],
        "owner": [
          "accounting:manage",
          "api_keys:manage",
          "audit:read",
          "bank_connections:manage",
          "bank_connections:read",
          "bank_feeds:push",
          "ledger_accounts:manage",
          "matching:manage",
          "members:manage",
          "open_items:manage",
          "open_items:read",
          "owners:manage",
          "reconciliation:match",
          "statements:accept_unbalanced",
          "statements:import",
          "transactions:categorise",
          "transactions:read",
        ],
        "viewer": [
          "audit:read",
          "bank_connections:read",
          "open_items:read",
          "transactions:read",
        ],
      }
    `);
  });

  it.each(["accountant", "viewer"] as const)("keep a %s from managing people", async (role) => {
    const refused = { __typename: "ForbiddenProblem", permission: "members:manage" };
    const { id } = organisation.people.viewer;
    expect(await add(role, { email: "ada@example.test" })).toMatchObject(refused);
    expect(await changeRole(role, id, "ADMIN")).toMatchObject(refused);
    expect(await remove(role, id)).toMatchObject(refused);
    const read = await ask(app, viewerIn(organisation, role), "{ members { id } }");
    expect(read.errors).toMatchObject([{ code: "FORBIDDEN" }]);
  });

  it("keep an admin from making and unmaking owners", async () => {
    const refused = { __typename: "ForbiddenProblem", permission: "owners:manage" };
    const { owner, viewer } = organisation.people;
    expect(await add("admin", { email: "ada@example.test", role: "OWNER" })).toMatchObject(refused);
    expect(await changeRole("admin", viewer.membershipId, "OWNER")).toMatchObject(refused);
    expect(await changeRole("admin", owner.membershipId, "VIEWER")).toMatchObject(refused);
    expect(await remove("admin", owner.membershipId)).toMatchObject(refused);
    expect(await changeRole("admin", viewer.membershipId, "ACCOUNTANT")).toMatchObject({
      role: "ACCOUNTANT",
    });
  });
});

describe("adding a member", () => {
  it("creates a person who can sign in", async () => {
    const email = `ada.${organisation.id}@example.test`;
    const added = await add("admin", { email: email.toUpperCase(), role: "ACCOUNTANT" });
    expect(added).toMatchObject({ role: "ACCOUNTANT", person: { name: "Ada Lovelace", email } });
    const { viewer } = await signIn(app, {
      email,
      password: "twelve characters",
      address: "192.0.2.9",
      replaces: null,
    });
    expect(viewer.organisationId).toBe(organisation.id);
    const { data } = await ask(
      app,
      viewerIn(organisation),
      "{ members { role person { email } } }",
    );
    expect(data.members).toHaveLength(5);
    expect(data.members).toContainEqual({ role: "ACCOUNTANT", person: { email } });
  });

  it("brings in a person who is known, as they are", async () => {
    const elsewhere = await addOrganisation(app, { name: "Elsewhere" });
    const { email, name } = elsewhere.people.owner;
    expect(await add("owner", { email })).toMatchObject({
      __typename: "InvalidInputProblem",
      field: "password",
    });
    expect(await add("owner", { email, password: null })).toMatchObject({
      __typename: "Member",
      person: { name, email },
    });
    expect(await add("owner", { email, password: null })).toMatchObject({ code: "CONFLICT" });
  });

  it.each([
    ["an e-mail that is none", { email: "ada" }, "email"],
    ["no password", { email: "ada@example.test", password: null }, "password"],
    ["a short password", { email: "ada@example.test", password: "elevenchars" }, "password"],
    [
      "one letter over and over",
      { email: "ada@example.test", password: "aaaaaaaaaaaa" },
      "password",
    ],
    [
      "a password without end",
      { email: "ada@example.test", password: "xyz12".repeat(60) },
      "password",
    ],
    ["no name", { email: "ada@example.test", name: " " }, "name"],
  ])("is refused with %s", async (_, variables, field) => {
    expect(await add("owner", variables)).toMatchObject({ code: "INVALID_INPUT", field });
  });
});

describe("the last owner", () => {
  it("can neither be removed nor made something else", async () => {
    const { owner } = organisation.people;
    expect(await remove("owner", owner.membershipId)).toMatchObject({ code: "CONFLICT" });
    expect(await changeRole("owner", owner.membershipId, "ADMIN")).toMatchObject({
      code: "CONFLICT",
    });
    expect(await changeRole("owner", owner.membershipId, "OWNER")).toMatchObject({ role: "OWNER" });
  });

  it("remains when two owners step down at the same moment", async () => {
    const { owner, admin } = organisation.people;
    await changeRole("owner", admin.membershipId, "OWNER");
    const viewer = viewerIn(organisation);
    const ends = await Promise.allSettled(
      [owner, admin].map(({ membershipId: id }) =>
        changeMemberRole(app, viewer, { id, role: "viewer" }),
      ),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { data } = await ask(app, viewer, "{ members { role } }");
    expect(data.members.filter(({ role }: { role: string }) => role === "OWNER")).toHaveLength(1);
  });
});

describe("a right that is taken away", () => {
  const enter = async (role: Role) => {
    const cookie = await addSession(app, organisation.people[role].id, organisation.id);
    const read = () => authenticate(app, { cookie, authorization: null, organisation: null });
    const viewer = await read();
    if (!viewer) throw new TypeError("a new session is good");
    return { viewer, read };
  };

  it("is gone at once for a person who was removed", async () => {
    const { viewer, read } = await enter("accountant");
    await remove("owner", organisation.people.accountant.membershipId);
    expect(await read()).toBeNull();
    expect(await sessionAlive(app, viewer)).toBe(false);
  });

  it("is gone at once for a person whose role was changed", async () => {
    const { viewer, read } = await enter("accountant");
    await changeRole("owner", organisation.people.accountant.membershipId, "VIEWER");
    expect((await read())?.permissions).toEqual(permissionsOfRole.viewer);
    expect(await sessionAlive(app, viewer)).toBe(false);
  });
});

it("keeps a log of who changed whom, in sentences", async () => {
  const { viewer } = organisation.people;
  await add("owner", { email: `ada.${organisation.id}@example.test` });
  await changeRole("owner", viewer.membershipId, "ADMIN");
  await remove("owner", viewer.membershipId);
  const { data } = await ask(
    app,
    viewerIn(organisation),
    "{ auditEntries { nodes { actorName actorKind action summary subjectKind subjectId } } }",
  );
  expect(data.auditEntries.nodes.map(({ summary }: { summary: string }) => summary)).toEqual([
    "Removed viewer of Harbour Works from the organisation.",
    "Made viewer of Harbour Works admin, before: viewer.",
    "Added Ada Lovelace as viewer.",
  ]);
  expect(data.auditEntries.nodes[0]).toMatchObject({
    actorName: "owner of Harbour Works",
    actorKind: "person",
    action: "member.removed",
    subjectKind: "member",
    subjectId: viewer.membershipId,
  });
});
