import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { sqlOver } from "../../../server/src/db/sql.ts";
import { RateLimited } from "../../../server/src/features/errors.ts";
import { addMembership } from "../../../server/src/features/organisations/add-membership.ts";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import {
  hearRevocation,
  onRevocation,
} from "../../../server/src/features/organisations/revocations.ts";
import { sessionAlive } from "../../../server/src/features/organisations/session-alive.ts";
import { signIn } from "../../../server/src/features/organisations/sign-in.ts";
import {
  countAttempt,
  failuresByAddressMax,
  failuresByEmailMax,
} from "../../../server/src/features/organisations/sign-in-limit.ts";
import { signOut } from "../../../server/src/features/organisations/sign-out.ts";
import { ask, testExchange } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  addSession,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
  worldPassword,
} from "../../support/world.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let database: TestDatabase;
let app: TestApp;
/** Another server process on the same database. */
let elsewhere: TestApp;
let organisation: WorldOrganisation;
let addresses = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  elsewhere = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app, { name: "Harbour Works", withPasswords: true });
});

afterAll(async () => {
  await app?.close();
  await elsewhere?.close();
  await database?.drop();
});

/** A client that no other test has used up. */
function newAddress(): string {
  addresses += 1;
  return `198.51.100.${addresses}`;
}

function tryPassword(email: string, password: string, address = newAddress(), at = app) {
  return signIn(at, { email, password, address, replaces: null });
}

function byCookie(cookie: string, at = app) {
  return authenticate(at, { cookie, authorization: null, organisation: null });
}

it("signs a person in, tells who they are, and signs them out", async () => {
  const { email, id } = organisation.people.accountant;
  const http = testExchange(newAddress());
  const signedIn = await ask(
    app,
    null,
    `mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) {
      __typename ... on Viewer { actorKind person { email } organisation { name } role permissions
        organisations { current role organisation { name } } } ... on Problem { code message } } }`,
    { email: ` ${email.toUpperCase()} `, password: worldPassword },
    http,
  );
  expect(signedIn.errors).toEqual([]);
  expect(signedIn.data.signIn).toMatchObject({
    __typename: "Viewer",
    actorKind: "PERSON",
    person: { email },
    organisation: { name: "Harbour Works" },
    role: "ACCOUNTANT",
    organisations: [{ current: true, role: "ACCOUNTANT" }],
  });
  const cookie = http.cookies[0] ?? "";
  const viewer = await byCookie(cookie);
  expect(viewer?.actor).toMatchObject({ kind: "person", id });
  expect((await ask(app, viewer, "{ viewer { role } }")).data.viewer).toEqual({
    role: "ACCOUNTANT",
  });
  expect((await ask(app, viewer, "mutation { signOut }", {}, http)).data.signOut).toBe(true);
  expect(http.cookies[1]).toBeNull();
  expect(await byCookie(cookie)).toBeNull();
});

it("answers nobody with a null viewer", async () => {
  expect((await ask(app, null, "{ viewer { role } }")).data).toEqual({ viewer: null });
  for (const cookie of ["", "nonsense", "x".repeat(100_000)]) {
    expect(await byCookie(cookie)).toBeNull();
  }
});

describe("a sign-in that fails", () => {
  it("says the same of a wrong password and of an e-mail that nobody has", async () => {
    const wrong = await tryPassword(organisation.people.viewer.email, "wrong").catch((e) => e);
    const unknown = await tryPassword("nobody@example.test", worldPassword).catch((e) => e);
    expect(wrong).toMatchObject({ code: "INVALID_INPUT", field: null });
    expect({ ...unknown, message: unknown.message }).toEqual({ ...wrong, message: wrong.message });
  });

  it("takes as long for an e-mail that nobody has", async () => {
    const fastest = async (email: () => string) => {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 4; i += 1) {
        const start = performance.now();
        await tryPassword(email(), "a password that is wrong").catch(() => {});
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    const wrong = await fastest(() => organisation.people.viewer.email);
    const unknown = await fastest(() => `nobody-${newAddress()}@example.test`);
    // Without the hashing it would be a tenth.
    expect(unknown).toBeGreaterThan(wrong / 3);
  });
});

describe("guessing passwords", () => {
  it("is stopped for an e-mail, from any address and in every process, and starts afresh later", async () => {
    const { email } = (await addOrganisation(app, { withPasswords: true })).people.owner;
    const guesses = Array.from({ length: failuresByEmailMax + 6 }, (_, i) =>
      tryPassword(email, "guess", newAddress(), i % 2 ? app : elsewhere).catch((e) => e.code),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === "INVALID_INPUT")).toHaveLength(failuresByEmailMax);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(6);
    const refusal = await tryPassword(email.toUpperCase(), worldPassword).catch((e) => e);
    expect(refusal).toBeInstanceOf(RateLimited);
    expect(refusal.retryAt).toEqual(new Date(app.now().getTime() + 15 * minuteMs));
    app.advance(15 * minuteMs);
    await expect(tryPassword(email, worldPassword)).resolves.toBeDefined();
    elsewhere.advance(15 * minuteMs);
  });

  it("is stopped for an address, whatever e-mails it tries", async () => {
    const address = newAddress();
    for (let i = 0; i < failuresByAddressMax; i += 1) {
      await countAttempt(app, `g${i}@example.test`, address);
    }
    await expect(tryPassword("new@example.test", "guess", address)).rejects.toBeInstanceOf(
      RateLimited,
    );
    await expect(tryPassword("g0@example.test", "guess")).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  it("counts the addresses of one IPv6 network as one", async () => {
    for (let i = 0; i < failuresByAddressMax; i += 1) {
      await countAttempt(app, `v6-${i}@example.test`, `2001:db8:0:7:${i.toString(16)}::1`);
    }
    const same = countAttempt(app, "v6@example.test", "2001:db8:0:7::");
    await expect(same).rejects.toBeInstanceOf(RateLimited);
    await expect(countAttempt(app, "v6@example.test", "2001:db8:0:8::")).resolves.toBeDefined();
  });

  it("is forgiven by a sign-in that succeeds", async () => {
    const { email } = (await addOrganisation(app, { withPasswords: true })).people.owner;
    for (let round = 0; round < 2; round += 1) {
      for (let i = 1; i < failuresByEmailMax; i += 1) {
        await tryPassword(email, "guess").catch(() => {});
      }
      await expect(tryPassword(email, worldPassword)).resolves.toBeDefined();
    }
  });

  it("leaves no rows for ever", async () => {
    app.advance(16 * minuteMs);
    for (let i = 0; i < 40; i += 1) await countAttempt(app, `late-${i}@example.test`, newAddress());
    const [old] = await sqlOver(app.database.pool).query<{ count: bigint }>(
      "SELECT count(*) AS count FROM sign_in_attempt WHERE created_at < $1",
      [new Date(app.now().getTime() - 15 * minuteMs)],
    );
    expect(old?.count).toBe(0n);
  });
});

describe("a session", () => {
  const owner = () => organisation.people.owner;

  it("keeps only the hash of its secret", async () => {
    const { session } = await tryPassword(owner().email, worldPassword);
    expect(Buffer.from(session.secret, "base64url")).toHaveLength(32);
    const rows = await sqlOver(app.database.pool).query<{ row: string }>(
      "SELECT s::text AS row FROM session s WHERE id = $1",
      [session.id],
    );
    expect(rows[0]?.row).not.toContain(session.secret);
  });

  it("moves its end while it is used, and ends when it is not", async () => {
    const cookie = await addSession(app, owner().id, organisation.id);
    for (let i = 0; i < 3; i += 1) {
      app.advance((app.config.sessionDays - 1) * dayMs);
      expect(await byCookie(cookie)).not.toBeNull();
    }
    app.advance((app.config.sessionDays + 1) * dayMs);
    expect(await byCookie(cookie)).toBeNull();
  });

  it("takes the place of the one that the browser came with", async () => {
    const before = await addSession(app, owner().id, organisation.id);
    const viewer = await byCookie(before);
    const replaces = viewer?.sessionId ?? null;
    const { session } = await signIn(app, {
      email: owner().email,
      password: worldPassword,
      address: newAddress(),
      replaces,
    });
    expect(session.secret).not.toBe(before);
    app.advance(4_000);
    expect(await byCookie(before)).toBeNull();
    expect(await byCookie(session.secret)).not.toBeNull();
  });

  it("is ended everywhere by signing out, here at once and elsewhere as soon as it is told", async () => {
    const person = organisation.people.admin;
    const phone = await addSession(app, person.id, organisation.id);
    const desk = await addSession(app, person.id, organisation.id);
    const other = await addSession(app, owner().id, organisation.id);
    elsewhere.advance(app.now().getTime() - elsewhere.now().getTime());
    const [viewer, remote] = [await byCookie(phone), await byCookie(desk, elsewhere)];
    if (!viewer || !remote) throw new TypeError("new sessions are good");
    expect(await sessionAlive(elsewhere, remote)).toBe(true);
    const told: unknown[] = [];
    const stop = onRevocation(app.database, (revocation) => told.push(revocation));
    await signOut(app, viewer);
    stop();
    expect(told).toEqual([{ kind: "person", personId: person.id }]);
    expect(await byCookie(phone)).toBeNull();
    expect(await byCookie(desk)).toBeNull();
    expect(await sessionAlive(elsewhere, remote)).toBe(false);
    hearRevocation(elsewhere.database, JSON.stringify({ kind: "person", personId: person.id }));
    expect(await byCookie(desk, elsewhere)).toBeNull();
    expect(await byCookie(other)).not.toBeNull();
  });

  it("is forgotten within seconds by a process that was not told", async () => {
    const cookie = await addSession(app, organisation.people.admin.id, organisation.id);
    const viewer = await byCookie(cookie);
    expect(await byCookie(cookie, elsewhere)).not.toBeNull();
    if (viewer) await signOut(app, viewer);
    elsewhere.advance(3_000);
    expect(await byCookie(cookie, elsewhere)).toBeNull();
  });

  it("switches between the person's organisations, and to no other", async () => {
    const second = await addOrganisation(app, { name: "Second Works" });
    const stranger = await addOrganisation(app);
    await asOrganisation(app.database, second.id, (tx) => addMembership(tx, owner().id, "viewer"));
    const cookie = await addSession(app, owner().id, organisation.id);
    const viewer = await byCookie(cookie);
    const change = `mutation ($id: ID!) { switchOrganisation(organisationId: $id) {
      __typename ... on Viewer { role organisation { name } organisations { current } } } }`;
    const moved = await ask(app, viewer, change, { id: second.id });
    expect(moved.data.switchOrganisation).toMatchObject({
      role: "VIEWER",
      organisation: { name: "Second Works" },
      organisations: [{ current: false }, { current: true }],
    });
    expect((await byCookie(cookie))?.organisationId).toBe(second.id);
    for (const id of [stranger.id, "nonsense"]) {
      const refused = await ask(app, viewer, change, { id });
      expect(refused.data.switchOrganisation.__typename).toBe("NotFoundProblem");
    }
    const named = { cookie, authorization: null, organisation: organisation.id };
    expect((await authenticate(app, named))?.organisationId).toBe(organisation.id);
    await expect(authenticate(app, { ...named, organisation: stranger.id })).rejects.toMatchObject({
      code: "CREDENTIAL_REFUSED",
      reason: "not_a_member",
    });
  });
});
