/** A subscription with a foreign id is as silent as one with an id that does not exist. */
import { randomUUID } from "node:crypto";
import { type ExecutionResult, parse, subscribe } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { emit } from "../../server/src/events/emit.ts";
import { schema } from "../../server/src/graphql/schema.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createTestApp, type TestApp } from "../support/world.ts";
import { documentFor, variablesFor } from "./documents.ts";
import { kindOfPlace } from "./fixtures.ts";
import { type IdPlace, idPlaces } from "./places.ts";
import { addTenant, type Tenant } from "./tenant.ts";

const places = idPlaces(schema).filter(({ operation }) => operation === "subscription");

let database: TestDatabase;
let app: TestApp;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl, { live: true });
  ours = await addTenant(app);
  theirs = await addTenant(app);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

it("walks the subscriptions that take an id", () => {
  expect(places.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["bankConnectionChanged(id)", "syncProgress(connectionId)"]),
  );
});

describe.each(places.map((place) => [place.name, place] as const))("%s", (name, place) => {
  it("tells nothing of a foreign id, as of one that does not exist", async () => {
    const kind = kindOfPlace[name];
    if (!kind) throw new TypeError(`${name} is not named in fixtures.ts`);
    const after = await app.hub.cursor(ours.organisationId);
    const absent = await follow(place, randomUUID(), after);
    const foreign = await follow(place, theirs.ids[kind], after);
    const own = await follow(place, ours.ids[kind], after);
    expect("problem" in foreign ? foreign.problem : null).toEqual(
      "problem" in absent ? absent.problem : null,
    );
    if ("problem" in own) throw new TypeError(`its own id is refused: ${own.problem}`);
    // Whatever the foreign events could set off has had as long as two events of one's own need.
    for (let round = 0; round < 2; round += 1) {
      await happen(theirs);
      await happen(ours);
      expect(JSON.stringify((await own.next).value.errors ?? null)).toBe("null");
      own.again();
    }
    for (const silent of [absent, foreign]) {
      if ("problem" in silent) continue;
      expect(await Promise.race([silent.next, Promise.resolve("silent")])).toBe("silent");
      silent.end();
    }
    own.end();
  });
});

/** Everything that a subscription could be told of the tenant's connection. */
async function happen(tenant: Tenant): Promise<void> {
  const { connection, syncRun, match, openItem, transaction, pendingImport } = tenant.ids;
  const { accountingConnection, feed, pushOperation } = tenant.ids;
  await asOrganisation(app.database, tenant.organisationId, async (tx) => {
    emit(tx, { topic: "bank_connection.changed", connectionId: connection });
    emit(tx, { topic: "sync.progressed", connectionId: connection, runId: syncRun });
    emit(tx, {
      topic: "accounting.changed",
      ...{ connectionIds: [accountingConnection], feedIds: [feed], operationIds: [pushOperation] },
    });
    emit(tx, { topic: "imports.changed", batchIds: [pendingImport] });
    emit(tx, { topic: "matches.changed", matchIds: [match], openItemIds: [openItem] });
    emit(tx, {
      topic: "bank_transactions.changed",
      added: [transaction],
      changed: [],
      removed: [],
    });
  });
}

type Followed =
  | { problem: string }
  | { next: Promise<IteratorResult<ExecutionResult>>; again(): void; end(): void };

async function follow(place: IdPlace, id: string, after: bigint): Promise<Followed> {
  const given = variablesFor(place.field, place.path, [id], {
    idAt: () => id,
    special: () => undefined,
  });
  const result = await subscribe({
    schema,
    document: parse(documentFor(schema, place)),
    variableValues: { ...given, after: after.toString(36) },
    contextValue: { app, viewer: ours.viewer, http: null },
  });
  if (!(Symbol.asyncIterator in result)) {
    return { problem: JSON.stringify(result).replaceAll(id, "<id>") };
  }
  const followed = {
    next: result.next(),
    again: () => {
      followed.next = result.next();
    },
    end: () => void result.return?.(undefined),
  };
  return followed;
}
