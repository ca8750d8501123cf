import { type ExecutionResult, parse, subscribe } from "graphql";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { emit } from "../../../server/src/events/emit.ts";
import type { DomainEvent } from "../../../server/src/events/topics.ts";
import { schema } from "../../../server/src/graphql/schema.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addImport } from "../../support/imports.ts";
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
  app = await createTestApp(database.serverUrl, { live: true });
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
});

async function follow(source: string, variables: Record<string, unknown> = {}) {
  const result = await subscribe({
    schema,
    document: parse(source),
    variableValues: variables,
    contextValue: { app, viewer: viewerIn(organisation, "viewer"), http: null },
  });
  if (!(Symbol.asyncIterator in result)) throw new TypeError(JSON.stringify(result));
  return result as AsyncGenerator<ExecutionResult>;
}

function happen(...events: DomainEvent[]): Promise<void> {
  return asOrganisation(app.database, organisation.id, async (tx) => {
    for (const event of events) emit(tx, event);
  });
}

async function cursor(): Promise<string> {
  return (await app.hub.cursor(organisation.id)).toString(36);
}

it("tells imports as they are now, after a cursor, and one of them to who asks for it alone", async () => {
  const first = await addImport(app, organisation.id);
  const second = await addImport(app, organisation.id, { values: { status: "complete" } });
  const after = await cursor();
  await happen(
    { topic: "imports.changed", batchIds: [first] },
    { topic: "imports.changed", batchIds: [first, second] },
  );
  const document = `subscription ($after: Cursor, $id: ID) { importBatchesChanged(after: $after, id: $id) {
    refetch batches { id status } } }`;
  const all = await follow(document, { after });
  const told = async () => (await all.next()).value.data?.importBatchesChanged;
  const [one, other] = [
    { id: first, status: "PENDING" },
    { id: second, status: "COMPLETE" },
  ];
  expect(await told()).toEqual({ refetch: false, batches: [one] });
  expect(await told()).toEqual({ refetch: false, batches: [one, other] });
  await all.return(undefined);
  const alone = await follow(document, { after, id: second.toUpperCase() });
  const { value } = await alone.next();
  expect(value.data?.importBatchesChanged.batches).toEqual([one, other]);
  await alone.return(undefined);
});

it("has who follows bank transactions load again when more have come than are worth naming", async () => {
  const after = await cursor();
  await happen({ topic: "bank_transactions.many_changed" });
  const followed = await follow(
    `subscription ($after: Cursor) { bankTransactionsChanged(after: $after) { cursor refetch added { id } } }`,
    { after },
  );
  const { value } = await followed.next();
  expect(value.data?.bankTransactionsChanged).toEqual({
    cursor: await cursor(),
    refetch: true,
    added: [],
  });
  await followed.return(undefined);
});

it("works out the dashboard for many lines, and not for an import that goes on", async () => {
  const after = await cursor();
  await happen({ topic: "bank_transactions.many_changed" });
  const expected = await cursor();
  await happen({ topic: "imports.changed", batchIds: [] });
  const followed = await follow(
    `subscription ($after: Cursor) { dashboardChanged(after: $after) { cursor refetch dashboard { __typename } } }`,
    { after },
  );
  const { value } = await followed.next();
  expect(value.data?.dashboardChanged).toEqual({
    cursor: expected,
    refetch: false,
    dashboard: { __typename: "Dashboard" },
  });
  await followed.return(undefined);
});
