/**
 * A foreign id answers exactly like one that does not exist: shown for every place of every query and mutation
 * that takes an id, found by walking the schema. A new field is covered by itself, or fails until fixtures.ts
 * says what its id means.
 */
import { randomUUID } from "node:crypto";
import { graphql } from "graphql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../server/src/graphql/schema.ts";
import { testExchange } from "../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createTestApp, type TestApp } from "../support/world.ts";
import { documentFor, variablesFor } from "./documents.ts";
import { kindOfPlace, specialValues } from "./fixtures.ts";
import { type IdPlace, idPlaces, nestedIdPlaces } from "./places.ts";
import { snapshotOf } from "./snapshot.ts";
import { addTenant, type Tenant } from "./tenant.ts";

const places = idPlaces(schema);

let database: TestDatabase;
let admin: pg.Client;
let app: TestApp;
let theirs: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  app = await createTestApp(database.serverUrl);
  theirs = await addTenant(app);
});

afterAll(async () => {
  await app?.close();
  await admin?.end();
  await database?.drop();
});

it("knows what every id in the API means", () => {
  const unnamed = places
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(kindOfPlace, name));
  expect(unnamed, "say in test/isolation/fixtures.ts what these ids mean").toEqual([]);
  const gone = Object.keys(kindOfPlace).filter(
    (name) => !places.some((place) => place.name === name),
  );
  expect(gone, "these are no longer in the API").toEqual([]);
});

it("has no ids below the root fields, where the walk would not see them", () => {
  expect(nestedIdPlaces(schema)).toEqual([]);
});

const asked = places.filter(({ operation }) => operation !== "subscription");

describe.each(asked.map((place) => [place.name, place] as const))("%s", (name, place) => {
  it("answers a foreign id like one that does not exist, and changes nothing", async () => {
    const kind = kindOfPlace[name];
    if (!kind) throw new TypeError(`${name} is not named in fixtures.ts`);
    const ours = await untouchedTenant();
    const foreign = theirs.ids[kind];
    const theirsBefore = await snapshotOf(admin, theirs.organisationId);
    for (const before of [[], [ours.ids[kind]]]) {
      const oursBefore = await snapshotOf(admin, ours.organisationId);
      const absent = await askWith(place, ours, [...before, randomUUID()]);
      expect(absent).not.toContain("UNEXPECTED");
      expect(await askWith(place, ours, [...before, foreign])).toEqual(absent);
      if (/"__typename":"\w+Problem"/.test(absent) || place.operation === "query") {
        expect(await snapshotOf(admin, ours.organisationId)).toEqual(oursBefore);
      }
    }
    expect(await snapshotOf(admin, theirs.organisationId)).toEqual(theirsBefore);
  });

  it("answers a malformed id without breaking", async () => {
    const ours = await untouchedTenant();
    for (const malformed of ["", "0", "not-an-id", "{}", "\u0000", "9".repeat(400)]) {
      expect(await askWith(place, ours, [malformed])).not.toContain("UNEXPECTED");
    }
  });

  it.skipIf(kindOfPlace[name] === "institution")(
    "answers its own id otherwise, so that the comparison means something",
    async () => {
      const kind = kindOfPlace[name];
      if (!kind) throw new TypeError(`${name} is not named in fixtures.ts`);
      const ours = await untouchedTenant();
      const absent = await askWith(place, ours, [randomUUID()]);
      expect(await askWith(place, ours, [ours.ids[kind]])).not.toEqual(absent);
    },
  );
});

let last: { tenant: Tenant; made: string } | null = null;

/** One just as it was made: the last test's, where that has changed nothing of it. Making one takes as long as a test. */
async function untouchedTenant(): Promise<Tenant> {
  if (last && (await snapshotOf(admin, last.tenant.organisationId)) === last.made) {
    return last.tenant;
  }
  const tenant = await addTenant(app);
  last = { tenant, made: await snapshotOf(admin, tenant.organisationId) };
  return tenant;
}

/** The answer as JSON, with the id under test taken out: an answer may repeat what it was asked. */
async function askWith(place: IdPlace, tenant: Tenant, ids: string[]): Promise<string> {
  const variableValues = variablesFor(place.field, place.path, ids, {
    idAt: (path) => {
      const kind = kindOfPlace[`${place.field.name}(${path.join(".")})`];
      if (!kind) throw new TypeError(`${place.field.name}(${path.join(".")}) has no fixture`);
      return tenant.ids[kind];
    },
    special: (path) => specialValues[`${place.field.name}(${path.join(".")})`],
  });
  const { data, errors = [] } = await graphql({
    schema,
    source: documentFor(schema, place),
    variableValues,
    contextValue: { app, viewer: tenant.viewer, http: testExchange() },
  });
  const answer = JSON.stringify({ data, errors: errors.map(tell) });
  const last = ids.at(-1) ?? "";
  return last.length < 30 ? answer : answer.replaceAll(last, "<id>");
}

/** A refusal has a code; anything else is a defect, told apart so that no test mistakes it for an answer. */
function tell(error: { message: string; originalError?: unknown }): string {
  const { code } = (error.originalError ?? {}) as { code?: unknown };
  const own = typeof code === "string" && /^[A-Z_]+$/.test(code);
  return own || !error.originalError ? error.message : `UNEXPECTED ${error.message}`;
}
