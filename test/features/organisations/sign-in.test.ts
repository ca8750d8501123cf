import { afterAll, beforeAll, expect, it } from "vitest";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import { ask, testExchange } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
  worldPassword,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app, { name: "Harbour Works", withPasswords: true });
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

it("signs a person in, tells who they are, and signs them out", async () => {
  const { email } = organisation.people.accountant;
  const http = testExchange();
  const signedIn = await ask(
    app,
    null,
    `mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) {
      __typename ... on Viewer { actorKind person { email } organisation { name } role permissions
        organisations { current role organisation { name } } } ... on Problem { code message } } }`,
    { email: email.toUpperCase(), password: worldPassword },
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
  const viewer = await authenticate(app, { cookie, authorization: null, organisation: null });
  expect(viewer?.actor).toMatchObject({ kind: "person", id: organisation.people.accountant.id });
  expect((await ask(app, viewer, "{ viewer { role } }")).data).toEqual({
    viewer: { role: "ACCOUNTANT" },
  });
  expect((await ask(app, viewer, "mutation { signOut }", {}, http)).data).toEqual({
    signOut: true,
  });
  expect(http.cookies[1]).toBeNull();
  expect(await authenticate(app, { cookie, authorization: null, organisation: null })).toBeNull();
});
