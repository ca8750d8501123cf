import { type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { addMembership } from "../../../server/src/features/organisations/add-membership.ts";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import { sessionAlive } from "../../../server/src/features/organisations/session-alive.ts";
import { permissionsOfRole } from "../../../server/src/features/permissions.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../../support/world.ts";
import { audience, type Issuer, startIssuer, type TokenOptions } from "./issuer.ts";

let database: TestDatabase;
let issuer: Issuer;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  issuer = await startIssuer();
  app = await createTestApp(database.serverUrl, {
    config: { oidc: { issuer: issuer.url, audience, jwksUrl: null } },
  });
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app?.close();
  await issuer?.close();
  await database?.drop();
});

function present(token: string, named: string | null = null) {
  return authenticate(app, {
    cookie: null,
    authorization: `Bearer ${token}`,
    organisation: named,
  });
}

function token(claims: JWTPayload, options: Partial<TokenOptions> = {}) {
  return issuer.token(claims, { now: app.now(), ...options });
}

/** A verified person of the organisation. */
function accountant(): JWTPayload {
  const { email } = organisation.people.accountant;
  return { sub: "subject-accountant", email, email_verified: true };
}

const invalid = { code: "CREDENTIAL_REFUSED", reason: "invalid" };

describe("a token of the issuer", () => {
  it("speaks for the person with its verified e-mail, until it expires", async () => {
    const viewer = await present(await token(accountant()));
    expect(viewer).toMatchObject({
      actor: { kind: "person", id: organisation.people.accountant.id },
      organisationId: organisation.id,
      permissions: permissionsOfRole.accountant,
      sessionId: null,
    });
    if (!viewer) throw new TypeError("the token is good");
    expect(await sessionAlive(app, viewer)).toBe(true);
    const later = { ...app, now: () => new Date(app.now().getTime() + 331_000) };
    expect(await sessionAlive(later, viewer)).toBe(false);
  });

  it("is bound to the person: its subject stays, its e-mail may move on", async () => {
    await present(await token(accountant()));
    const { admin } = organisation.people;
    const moved = { sub: "subject-accountant", email: admin.email, email_verified: true };
    expect((await present(await token(moved)))?.actor.id).toBe(organisation.people.accountant.id);
    expect((await present(await token({ sub: "subject-accountant" })))?.actor.id).toBe(
      organisation.people.accountant.id,
    );
    const successor = { ...accountant(), sub: "subject-of-somebody-else" };
    await expect(present(await token(successor))).rejects.toMatchObject(invalid);
  });

  it("names its organisation when the person is in several", async () => {
    const second = await addOrganisation(app);
    const stranger = await addOrganisation(app);
    const person = organisation.people.viewer;
    await asOrganisation(app.database, second.id, (tx) => addMembership(tx, person.id, "admin"));
    const good = await token({ sub: "subject-two", email: person.email, email_verified: true });
    await expect(present(good)).rejects.toMatchObject({ reason: "organisation_needed" });
    expect((await present(good, second.id))?.organisationId).toBe(second.id);
    for (const named of [stranger.id, "nonsense"]) {
      await expect(present(good, named)).rejects.toMatchObject({ reason: "not_a_member" });
    }
  });

  it("asks the issuer for its keys once, and for unknown ones not at every try", async () => {
    await present(await token(accountant()));
    const before = issuer.asked["/keys"] ?? 0;
    for (let i = 0; i < 5; i += 1) {
      const forged = await token(accountant(), { kid: `unknown-${i}` });
      await expect(present(forged)).rejects.toMatchObject(invalid);
    }
    expect(issuer.asked["/.well-known/openid-configuration"]).toBe(1);
    expect((issuer.asked["/keys"] ?? 0) - before).toBeLessThanOrEqual(1);
  });
});

describe("a token is refused", () => {
  const seconds = (offset: number) => Math.floor(app.now().getTime() / 1000) + offset;

  it.each<[string, () => JWTPayload, Partial<TokenOptions>?]>([
    ["with a forged signature", accountant, { forged: true }],
    ["from another issuer", () => ({ ...accountant(), iss: "https://other.example.test" })],
    ["made for another program", () => ({ ...accountant(), aud: "another" })],
    ["that has expired", () => ({ ...accountant(), exp: seconds(-31) })],
    ["that is not good yet", () => ({ ...accountant(), nbf: seconds(60) })],
    ["that never expires", () => ({ ...accountant(), exp: undefined })],
    ["without a subject", () => ({ ...accountant(), sub: undefined })],
    ["of nobody here", () => ({ sub: "nobody", email: "no@example.test", email_verified: true })],
    [
      "whose e-mail was not verified",
      () => ({ sub: "unverified", email: organisation.people.admin.email, email_verified: false }),
    ],
    [
      "whose e-mail is only called verified",
      () => ({ sub: "text", email: organisation.people.admin.email, email_verified: "true" }),
    ],
  ])("%s", async (_, claims, options) => {
    await expect(present(await token(claims(), options))).rejects.toMatchObject(invalid);
  });

  it("without a signature, or signed with a shared secret", async () => {
    const claims = { ...accountant(), iss: issuer.url, aud: audience, exp: seconds(300) };
    const unsigned = new UnsecuredJWT(claims).encode();
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: "first" })
      .sign(new Uint8Array(32));
    for (const bad of [unsigned, shared]) {
      await expect(present(bad)).rejects.toMatchObject(invalid);
    }
  });

  it("when no issuer is configured", async () => {
    const without = await createTestApp(database.serverUrl);
    const authorization = `Bearer ${await token(accountant())}`;
    const credentials = { cookie: null, authorization, organisation: null };
    await expect(authenticate(without, credentials)).rejects.toMatchObject(invalid);
    await without.close();
  });

  it("as uncheckable when the issuer does not answer", async () => {
    const gone = await startIssuer();
    const lost = await createTestApp(database.serverUrl, {
      config: { oidc: { issuer: gone.url, audience, jwksUrl: null } },
    });
    const authorization = `Bearer ${await gone.token(accountant(), { now: lost.now() })}`;
    await gone.close();
    const credentials = { cookie: null, authorization, organisation: null };
    await expect(authenticate(lost, credentials)).rejects.toMatchObject({
      reason: "issuer_unreachable",
    });
    await lost.close();
  });
});
