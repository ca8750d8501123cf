import { request as httpRequest } from "node:http";
import {
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getIntrospectionQuery,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { Conflict } from "../../server/src/features/errors.ts";
import { listen, serve } from "../../server/src/http/server.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { post, startTestServer } from "../support/test-server.ts";
import {
  addOrganisation,
  addSession,
  type WorldOrganisation,
  worldPassword,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let organisation: WorldOrganisation;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl, { bodyBytesMax: 20_000 });
  organisation = await addOrganisation(server.app, { withPasswords: true });
  cookie = `tieout=${await addSession(server.app, organisation.people.owner.id, organisation.id)}`;
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

const whoami = "{ viewer { organisation { name } } }";

describe("who may ask", () => {
  it("knows the session of the cookie", async () => {
    const { body } = await post(server, whoami, { headers: { cookie } });
    expect(body).toEqual({ data: { viewer: { organisation: { name: organisation.name } } } });
  });

  it("is nobody without one", async () => {
    const { body } = await post(server, "{ eventCursor }");
    expect(body.errors[0]).toMatchObject({
      message: "Sign in first.",
      extensions: { code: "NOT_SIGNED_IN" },
    });
  });

  it("refuses a bearer credential that does not do with 401", async () => {
    const { status, headers, body } = await post(server, whoami, {
      headers: { authorization: "Bearer tieout_nonsense" },
    });
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(body.errors[0].extensions.code).toBe("CREDENTIAL_REFUSED");
  });

  it("sets a cookie that scripts cannot read when somebody signs in, and clears it when they sign out", async () => {
    const signIn = await post(
      server,
      "mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) { __typename } }",
      { variables: { email: organisation.people.admin.email, password: worldPassword } },
    );
    expect(signIn.body).toEqual({ data: { signIn: { __typename: "Viewer" } } });
    const [set] = signIn.headers.getSetCookie();
    expect(set).toMatch(/^tieout=[^;]{20,}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
    const own = { cookie: String(set?.split(";")[0]) };
    const signedIn = await post(server, whoami, { headers: own });
    expect(signedIn.body.data.viewer.organisation.name).toBe(organisation.name);
    const signOut = await post(server, "mutation { signOut }", { headers: own });
    expect(signOut.headers.getSetCookie()[0]).toMatch(/^tieout=; .*Expires=Thu, 01 Jan 1970/);
    expect((await post(server, whoami, { headers: own })).body.data.viewer).toBeNull();
  });
});

describe("other sites", () => {
  const refused: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) {
    it(`is refused with ${JSON.stringify(headers)}`, async () => {
      const { status, body } = await post(server, whoami, { headers: { cookie, ...headers } });
      expect([status, body.errors[0].extensions.code]).toEqual([403, "CROSS_SITE"]);
    });
  }

  it("lets the product's own page and programs through", async () => {
    const { origin } = new URL(server.app.config.publicUrl);
    const own: Record<string, string>[] = [{ origin }, { "sec-fetch-site": "same-origin" }, {}];
    for (const headers of own) {
      const { status } = await post(server, whoami, { headers: { cookie, ...headers } });
      expect(status).toBe(200);
    }
  });

  it("refuses what a form can send", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const { status } = await post(server, whoami, { headers: { cookie, "content-type": type } });
      expect(status).toBe(415);
    }
  });

  it("does not change anything on GET", async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent("mutation { signOut }")}`;
    expect((await fetch(url, { headers: { cookie } })).status).toBe(405);
    expect((await post(server, whoami, { headers: { cookie } })).body.data.viewer).not.toBeNull();
  });
});

describe("limits", () => {
  const large: [string, string, string][] = [
    [
      "depth",
      "TOO_DEEP",
      `{ bankConnections ${"{ accounts { connection ".repeat(9)} { id } ${"} }".repeat(9)} }`,
    ],
    [
      "cost",
      "TOO_EXPENSIVE",
      `{ bankConnections ${"{ accounts { connection ".repeat(5)} { syncRuns(first: 100) { id } } ${"} }".repeat(5)} }`,
    ],
    [
      "cost through fragments",
      "TOO_EXPENSIVE",
      `{ bankConnections { ...C } }
       fragment C on BankConnection { a: accounts { ...A } accounts { ...A } }
       fragment A on FinancialAccount { connection { ...D } }
       fragment D on BankConnection { ${Array.from({ length: 12 }, (_, at) => `r${at}: syncRuns(first: 1000) { id }`).join(" ")} }`,
    ],
    [
      "aliases",
      "TOO_MANY_ALIASES",
      `{ ${Array.from({ length: 31 }, (_, at) => `a${at}: eventCursor`).join(" ")} }`,
    ],
    ["directives", "TOO_MANY_DIRECTIVES", `{ eventCursor ${"@include(if: true) ".repeat(31)} }`],
  ];
  for (const [what, code, query] of large) {
    it(`refuses too much ${what}`, async () => {
      const { body } = await post(server, query, { headers: { cookie } });
      expect(body.data).toBeUndefined();
      expect(body.errors[0].extensions.code).toBe(code);
    });
  }

  it("refuses too many tokens before anything else", async () => {
    const { body } = await post(server, `{ ${"a ".repeat(2_001)} }`);
    expect(body.errors[0].message).toMatch(/tokens/);
  });

  it("refuses a body that is too large, announced or not", async () => {
    const query = `{ eventCursor } #${"x".repeat(20_001)}`;
    expect((await post(server, query)).status).toBe(413);
    expect(await postInChunks(JSON.stringify({ query }))).toBe(413);
    expect(await postInChunks(JSON.stringify({ query: "{ __typename }" }))).toBe(200);
  });

  it("refuses several operations in one request", async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ query: "{ __typename }" }, { query: "{ __typename }" }]),
    });
    expect(response.status).toBe(400);
  });

  it("stays within them for introspection", async () => {
    const { body } = await post(server, getIntrospectionQuery());
    expect(body.errors).toBeUndefined();
    expect(body.data.__schema.queryType.name).toBe("Query");
  });
});

describe("executing", () => {
  it("answers the same when a document comes back and is compiled", async () => {
    const query = `query Who($with: Boolean!) {
      viewer { actorKind permissions person @include(if: $with) { name email } organisations { role current } }
      bankConnections { id accounts { id } }
      eventCursor
    }`;
    const answers = [];
    for (let times = 0; times < 5; times += 1) {
      const headers = { cookie };
      answers.push((await post(server, query, { variables: { with: true }, headers })).body);
    }
    expect(answers[0].errors).toBeUndefined();
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const without = await post(server, query, { variables: { with: false }, headers: { cookie } });
    expect(without.body.data.viewer).not.toHaveProperty("person");
    const wrong = await post(server, query, { variables: { with: 3 }, headers: { cookie } });
    expect(wrong.body.errors[0].message).toMatch(/Boolean/);
  });

  it("tells problems of compiled documents by code and path too", async () => {
    const query = "query Again { eventCursor }";
    const bodies = [];
    for (let times = 0; times < 4; times += 1) bodies.push((await post(server, query)).body);
    for (const body of bodies) {
      expect(body.errors[0]).toMatchObject({
        message: "Sign in first.",
        path: ["eventCursor"],
        extensions: { code: "NOT_SIGNED_IN" },
      });
    }
  });
});

describe("errors", () => {
  const failing = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        bug: { type: GraphQLString, resolve: failWith(new TypeError("the password is hunter2")) },
        wrapped: {
          type: GraphQLString,
          resolve: failWith(
            new GraphQLError("secret", { originalError: new Error("the password is hunter2") }),
          ),
        },
        database: {
          type: GraphQLString,
          resolve: () =>
            asOrganisation(server.app.database, organisation.id, (tx) =>
              tx.query("SELECT secret_column FROM event"),
            ).then(() => ""),
        },
        conflict: { type: GraphQLString, resolve: failWith(new Conflict("Somebody was first.")) },
      },
    }),
  });

  it("are masked unless they are problems, and named by the request's id", async () => {
    const listener = await listen(0, "127.0.0.1");
    const logged: { requestId: string; message: string }[] = [];
    const log = Object.assign(Object.create(server.app.log), {
      error: (about: { err: Error; requestId: string }) =>
        logged.push({ requestId: about.requestId, message: about.err.message }),
    });
    const serving = serve({ ...server.app, log }, listener, failing, "/nowhere");
    const url = `http://127.0.0.1:${listener.port}`;
    for (let times = 0; times < 3; times += 1) {
      const { body, headers } = await post({ url }, "{ bug wrapped database conflict }");
      const requestId = headers.get("x-request-id");
      expect(body.data).toEqual({ bug: null, wrapped: null, database: null, conflict: null });
      const byPath = Object.fromEntries(
        body.errors.map((error: { path: string[] }) => [error.path[0], error]),
      );
      for (const path of ["bug", "wrapped", "database"]) {
        expect(byPath[path]).toMatchObject({
          message: "Something went wrong on our side.",
          extensions: { code: "INTERNAL", requestId },
        });
      }
      expect(byPath.conflict).toMatchObject({
        message: "Somebody was first.",
        extensions: { code: "CONFLICT" },
      });
      expect(JSON.stringify(body)).not.toMatch(/hunter2|secret|stack|\.ts/);
      expect(logged.filter((line) => line.requestId === requestId)).toHaveLength(3);
    }
    expect(logged.map(({ message }) => message)).toContain("the password is hunter2");
    await serving.stop();
  });

  it("are shown under pnpm dev", async () => {
    const listener = await listen(0, "127.0.0.1");
    const config = { ...server.app.config, development: true };
    const serving = serve({ ...server.app, config }, listener, failing, "/nowhere");
    const { body } = await post({ url: `http://127.0.0.1:${listener.port}` }, "{ bug }");
    expect(body.errors[0].message).toBe("the password is hunter2");
    await serving.stop();
  });
});

function failWith(error: Error) {
  return () => {
    throw error;
  };
}

function postInChunks(body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/graphql`,
      { method: "POST", headers: { "content-type": "application/json" } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on("error", reject);
    for (let at = 0; at < body.length; at += 5_000) request.write(body.slice(at, at + 5_000));
    request.end();
  });
}
