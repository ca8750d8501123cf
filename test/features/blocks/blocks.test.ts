import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { utcDay } from "../../../server/src/core/dates.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
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

const problem = "... on Problem { code message }";

function asAccountant(source: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  return ask(app, viewerIn(organisation, "accountant"), source, variables);
}

async function create(name: string) {
  const { data } = await asAccountant(
    `mutation ($name: String!) { createBlock(name: $name) {
      __typename ... on Block { id name archivedAt } ${problem} } }`,
    { name },
  );
  return data.createBlock;
}

async function put(accountId: string, blockId: string | null) {
  const { data } = await asAccountant(
    `mutation ($accountId: ID!, $blockId: ID) { setAccountBlock(accountId: $accountId, blockId: $blockId) {
      __typename ... on FinancialAccount { id block { name } } ${problem} } }`,
    { accountId, blockId },
  );
  return data.setAccountBlock;
}

async function archive(id: string) {
  const { data } = await asAccountant(
    `mutation ($id: ID!) { archiveBlock(id: $id) { ... on Block { archivedAt } ${problem} } }`,
    { id },
  );
  return data.archiveBlock;
}

async function history(): Promise<string[]> {
  const { data } = await ask(
    app,
    viewerIn(organisation),
    "{ auditEntries(first: 20) { nodes { summary } } }",
  );
  return data.auditEntries.nodes.map(({ summary }: { summary: string }) => summary);
}

it("keeps each name once, trimmed, and says so", async () => {
  expect(await create("  Elm   Court ")).toMatchObject({ name: "Elm Court", archivedAt: null });
  expect(await create("Elm Court")).toEqual({
    __typename: "ConflictProblem",
    code: "CONFLICT",
    message: "There is a block “Elm Court” already.",
  });
  expect(await create(" ")).toMatchObject({ code: "INVALID_INPUT" });
  expect(await create("x".repeat(81))).toMatchObject({ code: "INVALID_INPUT" });
  const oak = await create("Oak House");
  const rename = `mutation ($id: ID!, $name: String!) { renameBlock(id: $id, name: $name) {
    ... on Block { name } ${problem} } }`;
  const taken = await asAccountant(rename, { id: oak.id, name: "Elm Court" });
  expect(taken.data.renameBlock.message).toBe("There is a block “Elm Court” already.");
  const renamed = await asAccountant(rename, { id: oak.id, name: "Oak Lodge" });
  expect(renamed.data.renameBlock).toEqual({ name: "Oak Lodge" });
  const { data } = await asAccountant("{ blocks { name } }");
  expect(data.blocks).toEqual([{ name: "Elm Court" }, { name: "Oak Lodge" }]);
  expect(await history()).toEqual(
    expect.arrayContaining([
      "Added the block “Elm Court”.",
      "Renamed the block “Oak House” to “Oak Lodge”.",
    ]),
  );
});

it("puts an account into a block, tells the screens of its connection, and finds its lines by it", async () => {
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection, { name: "Service charge" });
  const other = await addAccount(app, organisation.id, connection);
  const [line] = await addTransactions(app, organisation.id, account, [{}]);
  await addTransactions(app, organisation.id, other, [{}]);
  const block = await create("Elm Court");
  const heard = app.hub.follow(organisation.id, {
    after: await app.hub.cursor(organisation.id),
    accepts: ({ topic }) => topic === "bank_connection.changed",
  });
  expect(await put(account, block.id)).toMatchObject({ block: { name: "Elm Court" } });
  expect((await heard.next()).value).toMatchObject({
    event: { topic: "bank_connection.changed", connectionId: connection },
  });
  heard.close();
  const { data } = await asAccountant(
    `query ($id: ID!) {
      blocks { accounts { name } }
      bankTransactions(filter: { blockId: $id }) { totalCount nodes { id account { block { name } } } }
      none: bankTransactions(filter: { blockId: "nothing" }) { totalCount }
    }`,
    { id: block.id },
  );
  expect(data).toEqual({
    blocks: [{ accounts: [{ name: "Service charge" }] }],
    bankTransactions: {
      totalCount: 1,
      nodes: [{ id: line, account: { block: { name: "Elm Court" } } }],
    },
    none: { totalCount: 0 },
  });
  expect(await put(account, null)).toMatchObject({ block: null });
  expect(await history()).toEqual(
    expect.arrayContaining([
      "Put the account “Service charge” into the block “Elm Court”.",
      "Took the account “Service charge” out of its block.",
    ]),
  );
});

it("archives a block: what is in it stays in sight, nothing more goes in", async () => {
  const account = await addAccount(
    app,
    organisation.id,
    await addConnection(app, organisation.id),
    { name: "Reserve" },
  );
  const block = await create("Elm Court");
  await put(account, block.id);
  const first = await archive(block.id);
  expect(utcDay(new Date(first.archivedAt))).toBe("2026-11-20");
  app.advance(60_000);
  expect(await archive(block.id)).toEqual(first);
  expect(await put(account, block.id)).toMatchObject({ block: { name: "Elm Court" } });
  await put(account, null);
  expect(await put(account, block.id)).toMatchObject({
    code: "CONFLICT",
    message: "The block “Elm Court” is archived.",
  });
  const { data } = await asAccountant(
    "{ blocks { id } all: blocks(includeArchived: true) { id } }",
  );
  expect(data).toEqual({ blocks: [], all: [{ id: block.id }] });
});

it("lets only those change blocks who keep the books", async () => {
  const viewer = viewerIn(organisation, "viewer");
  const { data } = await ask(
    app,
    viewer,
    `mutation { createBlock(name: "Elm Court") { ... on ForbiddenProblem { permission } } }`,
  );
  expect(data.createBlock).toEqual({ permission: "ledger_accounts:manage" });
  expect((await ask(app, viewer, "{ blocks { id } }")).data.blocks).toEqual([]);
});
