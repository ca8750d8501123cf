import { beforeEach, expect, it } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { authenticate } from "../../../server/src/features/organisations/authenticate.ts";
import { defaultCategories } from "../../../server/src/features/organisations/create-organisation.ts";
import { ensureSetupLink } from "../../../server/src/features/organisations/ensure-setup-link.ts";
import { ask, testExchange } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { createTestApp, type TestApp } from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;

beforeEach(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl, {
    config: { kind: "installation", publicUrl: "https://books.example.test" },
  });
  return async () => {
    await app.close();
    await database.drop();
  };
});

const variables = {
  organisationName: "Harbour Works",
  baseCurrency: "EUR",
  name: "Ada Lovelace",
  email: "Ada@Example.test",
  password: "twelve characters",
};

async function setUp(changes: Record<string, string>) {
  const http = testExchange();
  const { data, errors } = await ask(
    app,
    null,
    `mutation ($token: String!, $organisationName: String!, $baseCurrency: String!, $name: String!,
        $email: String!, $password: String!) {
      setUp(token: $token, organisationName: $organisationName, baseCurrency: $baseCurrency, name: $name,
        email: $email, password: $password) {
        __typename
        ... on Viewer { role person { name email } organisation { name baseCurrency } }
        ... on Problem { code } ... on InvalidInputProblem { field } } }`,
    { ...variables, ...changes },
    http,
  );
  expect(errors).toEqual([]);
  return { answer: data.setUp, cookie: http.cookies[0] ?? null };
}

async function newToken(): Promise<string> {
  const link = new URL((await ensureSetupLink(app)) ?? "about:blank");
  expect(link.origin + link.pathname).toBe("https://books.example.test/set-up");
  return link.searchParams.get("token") ?? "";
}

it("creates the first organisation and signs its owner in, once", async () => {
  const token = await newToken();
  const { answer, cookie } = await setUp({ token });
  expect(answer).toEqual({
    __typename: "Viewer",
    role: "OWNER",
    person: { name: "Ada Lovelace", email: "ada@example.test" },
    organisation: { name: "Harbour Works", baseCurrency: "EUR" },
  });
  const viewer = await authenticate(app, { cookie, authorization: null, organisation: null });
  if (!viewer) throw new TypeError("the owner is signed in");
  const categories = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.category.count(),
  );
  expect(categories).toBe(defaultCategories.length);
  expect((await setUp({ token, email: "second@example.test" })).answer).toMatchObject({
    code: "NOT_FOUND",
  });
  expect(await ensureSetupLink(app)).toBeNull();
});

it("creates one organisation when two links are used at the same moment", async () => {
  const tokens = [await newToken(), await newToken(), await newToken()];
  const ends = await Promise.all(
    tokens.map((token, i) => setUp({ token, email: `owner${i}@example.test` })),
  );
  expect(ends.map(({ answer }) => answer.__typename).sort()).toEqual([
    "NotFoundProblem",
    "NotFoundProblem",
    "Viewer",
  ]);
});

it("refuses a link that lapsed, or that nobody printed", async () => {
  const token = await newToken();
  app.advance(24 * 3_600_000);
  for (const wrong of [token, "", "nonsense"]) {
    expect((await setUp({ token: wrong })).answer).toMatchObject({ code: "NOT_FOUND" });
  }
});

it("leaves the link usable after a mistake", async () => {
  const token = await newToken();
  const mistakes: [Record<string, string>, string][] = [
    [{ baseCurrency: "XXY" }, "baseCurrency"],
    [{ baseCurrency: "constructor" }, "baseCurrency"],
    [{ organisationName: "" }, "organisationName"],
    [{ email: "nobody" }, "email"],
    [{ password: "short" }, "password"],
    [{ name: "\t" }, "name"],
  ];
  for (const [changes, field] of mistakes) {
    expect((await setUp({ token, ...changes })).answer).toMatchObject({ field });
  }
  expect((await setUp({ token })).answer).toMatchObject({ __typename: "Viewer" });
});

it("prints no link in the demo", async () => {
  const demo = await createTestApp(database.serverUrl);
  expect(await ensureSetupLink(demo)).toBeNull();
  await demo.close();
});
