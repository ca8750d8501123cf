import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
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
let account: string;
let categories: { id: string; name: string }[];

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  account = await addAccount(app, organisation.id, await addConnection(app, organisation.id));
  const { data } = await run("{ categories { id name } }");
  categories = data.categories;
});

function run(source: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  return ask(app, viewerIn(organisation, "accountant"), source, variables);
}

async function book(transactionId: string, categoryId = categories[0]?.id ?? "") {
  const { data, errors } = await run(
    `mutation ($transactionId: ID!, $categoryId: ID!) {
      bookStandalone(transactionId: $transactionId, categoryId: $categoryId) {
        ... on ConfirmedMatch { match { id origin payments { amount { amount } } }
          transactions { status matchOrigin category { id } }
          openItems { id kind number counterpartyName status standalone issuedOn } }
        ... on Problem { code message } } }`,
    { transactionId, categoryId },
  );
  expect(errors).toEqual([]);
  return data.bookStandalone;
}

async function undo(id: string) {
  const { data } = await run(
    `mutation ($id: ID!) { voidMatch(id: $id) { ... on VoidedMatch {
      transactions { status category { id } } openItems { status } } ... on Problem { code } } }`,
    { id },
  );
  return data.voidMatch;
}

it("makes an item of the line's amount, matches it in full, and takes all back with the match", async () => {
  const [before, given] = [categories[1]?.id, categories[0]?.id];
  const [line = ""] = await addTransactions(app, organisation.id, account, [
    { amountMinor: -12_50n, categoryId: before, counterpartyName: "Kerbside Parking" },
  ]);
  const booked = await book(line);
  expect(booked).toMatchObject({
    match: { origin: "MANUAL", payments: [{ amount: { amount: "12.50" } }] },
    transactions: [{ status: "MATCHED", matchOrigin: "MANUAL", category: { id: given } }],
    openItems: [
      { kind: "EXPENSE", counterpartyName: "Kerbside Parking", status: "PAID", standalone: true },
    ],
  });
  expect(booked.openItems[0].number).toMatch(/^BANK-\d{4}-000001$/);
  expect(await book(line)).toMatchObject({ code: "CONFLICT" });
  expect(await undo(booked.match.id)).toEqual({
    transactions: [{ status: "UNMATCHED", category: { id: before } }],
    openItems: [{ status: "VOID" }],
  });
  expect(await undo(booked.match.id)).toEqual({ code: "CONFLICT" });
  const again = await book(line);
  expect(again.openItems[0].number).toMatch(/-000002$/);
});

it("leaves a category alone that a person has chosen since", async () => {
  const [line = ""] = await addTransactions(app, organisation.id, account, [
    { amountMinor: 9_00n },
  ]);
  const booked = await book(line);
  expect(booked.openItems).toMatchObject([{ kind: "INVOICE" }]);
  const chosen = categories[2]?.id ?? "";
  await run(
    `mutation ($ids: [ID!]!, $categoryId: ID) { categoriseTransactions(ids: $ids, categoryId: $categoryId) { __typename } }`,
    { ids: [line], categoryId: chosen },
  );
  expect(await undo(booked.match.id)).toMatchObject({
    transactions: [{ category: { id: chosen } }],
  });
});

it("gives numbers out once when many book at the same time", async () => {
  const lines = await addTransactions(
    app,
    organisation.id,
    account,
    Array.from({ length: 8 }, () => ({ amountMinor: -1_00n })),
  );
  const booked = await Promise.all([...lines, ...lines].map((line) => book(line)));
  const numbers = booked.flatMap(
    ({ openItems }) => openItems?.map((item: { number: string }) => item.number) ?? [],
  );
  expect(new Set(numbers).size).toBe(8);
  expect(numbers).toHaveLength(8);
});
