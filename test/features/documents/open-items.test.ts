import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { createOpenItem } from "../../../server/src/features/documents/create-open-item.ts";
import type { OpenItemInput } from "../../../server/src/features/documents/open-item-input.ts";
import { Conflict } from "../../../server/src/features/errors.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addMatch,
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
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const fields = `id kind number counterpartyName issuedOn dueOn status description
  amount { amount currency } openAmount { amount }`;
const create = `mutation ($input: OpenItemInput!) {
  createOpenItem(input: $input) { ... on OpenItem { ${fields} } ... on Problem { code } ... on InvalidInputProblem { field } }
}`;
const update = `mutation ($id: ID!, $changes: OpenItemChanges!) {
  updateOpenItem(id: $id, changes: $changes) { ... on OpenItem { ${fields} } ... on Problem { code message } }
}`;
const makeVoid = `mutation ($id: ID!) {
  voidOpenItem(id: $id) { ... on OpenItem { status openAmount { amount } } ... on Problem { code } }
}`;
const load = `mutation ($items: [OpenItemInput!]!) {
  loadOpenItems(items: $items) {
    ... on BulkLoadedOpenItems { created updated unchanged problems { row field message } }
    ... on Problem { code }
  }
}`;

const invoice = {
  kind: "INVOICE",
  number: "INV-2026-0001",
  counterpartyName: "Acorn Ltd",
  issuedOn: "2026-11-01",
  dueOn: "2026-12-01",
  amount: { amount: "120.50", currency: "GBP" },
};

async function mutate(source: string, variables: Record<string, unknown>) {
  const { data, errors } = await ask(app, viewerIn(organisation), source, variables);
  expect(errors).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document.
  return Object.values(data)[0] as any;
}

/** Settles a part of an item. */
async function settle(openItemId: string, amountMinor: bigint): Promise<void> {
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection);
  const [transactionId = ""] = await addTransactions(app, organisation.id, account, [
    { amountMinor },
  ]);
  await addMatch(app, organisation.id, { transactionId, openItemId, amountMinor });
}

function jobs(): Promise<{ key: string }[]> {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.query(
      "SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'matchTransactions' AND key LIKE '%' || $1",
      [organisation.id],
    ),
  );
}

describe("an open item", () => {
  test("is added, and matching is queued once however many are added", async () => {
    expect(await mutate(create, { input: invoice })).toMatchObject({
      ...invoice,
      status: "OPEN",
      openAmount: { amount: "120.50" },
    });
    await mutate(create, { input: { ...invoice, number: "INV-2026-0002" } });
    expect(await jobs()).toHaveLength(1);
  });

  test.each([
    ["amount", { amount: { amount: "0.00", currency: "GBP" } }],
    ["amount", { amount: { amount: "-1.00", currency: "GBP" } }],
    ["amount", { amount: { amount: "1.005", currency: "GBP" } }],
    ["amount.currency", { amount: { amount: "1", currency: "XYZ" } }],
    ["dueOn", { dueOn: "2026-10-31" }],
    ["number", { number: "  " }],
    ["counterpartyName", { counterpartyName: "x".repeat(201) }],
  ])("is refused for its %s", async (field, wrong) => {
    const answer = await mutate(create, { input: { ...invoice, ...wrong } });
    expect(answer).toEqual({ code: "INVALID_INPUT", field });
  });

  test("exists once by kind, counterparty and number, also when two people add it at once", async () => {
    const input: OpenItemInput = {
      ...invoice,
      kind: "invoice",
      issuedOn: localDate("2026-11-01"),
      dueOn: null,
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, () => createOpenItem(app, viewerIn(organisation), input)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Conflict);
    }
    const expense = await mutate(create, { input: { ...invoice, kind: "EXPENSE" } });
    expect(expense.kind).toBe("EXPENSE");
  });

  test("is changed, but never below what is settled of it", async () => {
    const { id } = await mutate(create, { input: invoice });
    const changes = { number: "INV-7", dueOn: null, amount: { amount: "100.00", currency: "EUR" } };
    expect(await mutate(update, { id, changes })).toMatchObject({
      ...changes,
      issuedOn: "2026-11-01",
    });
    await mutate(update, { id, changes: { amount: { amount: "100.00", currency: "GBP" } } });
    await settle(id, 60_00n);
    const amount = (value: string, currency = "GBP") => ({ amount: { amount: value, currency } });
    const below = await mutate(update, { id, changes: amount("59.99") });
    expect(below).toEqual({
      code: "CONFLICT",
      message: "60.00 GBP of it is settled: its amount cannot be less.",
    });
    expect(await mutate(update, { id, changes: amount("60.00", "EUR") })).toMatchObject({
      code: "CONFLICT",
    });
    expect(await mutate(update, { id, changes: amount("60.00") })).toMatchObject({
      status: "PAID",
    });
  });

  test("does not take a number that another has", async () => {
    await mutate(create, { input: invoice });
    const { id } = await mutate(create, { input: { ...invoice, number: "INV-2" } });
    const answer = await mutate(update, { id, changes: { number: invoice.number } });
    expect(answer.code).toBe("CONFLICT");
  });

  test("is made void once, and only while nothing of it is settled", async () => {
    const { id } = await mutate(create, { input: invoice });
    const { id: settled } = await mutate(create, { input: { ...invoice, number: "INV-2" } });
    await settle(settled, 1n);
    expect(await mutate(makeVoid, { id })).toMatchObject({ status: "VOID" });
    expect((await mutate(makeVoid, { id })).code).toBe("CONFLICT");
    expect((await mutate(update, { id, changes: { number: "X" } })).code).toBe("CONFLICT");
    expect((await mutate(makeVoid, { id: settled })).code).toBe("CONFLICT");
    expect((await mutate(makeVoid, { id: newId() })).code).toBe("NOT_FOUND");
    expect((await mutate(makeVoid, { id: "nonsense" })).code).toBe("NOT_FOUND");
  });
});

describe("a bulk load", () => {
  const items = Array.from({ length: 40 }, (_, index) => ({
    ...invoice,
    number: `L-${index}`,
    amount: { amount: `${index + 1}.00`, currency: "GBP" },
  }));

  test("adds, changes, and changes nothing the second time", async () => {
    const first = await mutate(load, { items });
    expect(first).toEqual({ created: 40, updated: 0, unchanged: 0, problems: [] });
    const changed = [
      { ...items[0], description: "Late" },
      { ...items[1], dueOn: null },
    ];
    const second = await mutate(load, { items: [...changed, ...items.slice(2)].reverse() });
    expect(second).toEqual({ created: 0, updated: 2, unchanged: 38, problems: [] });
    const third = await mutate(load, { items: items.slice(2) });
    expect(third).toEqual({ created: 0, updated: 0, unchanged: 38, problems: [] });
  });

  test("takes what it can and tells of every other row", async () => {
    const { id } = await mutate(create, { input: { ...invoice, number: "VOID" } });
    await mutate(makeVoid, { id });
    const { id: paid } = await mutate(create, { input: { ...invoice, number: "PAID" } });
    await settle(paid, 120_50n);
    const answer = await mutate(load, {
      items: [
        { ...invoice, number: "A" },
        { ...invoice, number: "B", amount: { amount: "x".length.toString(), currency: "???" } },
        { ...invoice, number: " A " },
        { ...invoice, number: "VOID" },
        { ...invoice, number: "PAID", amount: { amount: "1.00", currency: "GBP" } },
      ],
    });
    expect(answer).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
    expect(
      answer.problems.map(({ row, field }: { row: number; field: string }) => [row, field]),
    ).toEqual([
      [2, "amount.currency"],
      [3, "number"],
      [4, "number"],
      [5, "amount"],
    ]);
  });

  test("of the same list by several people at once adds each document once", async () => {
    const answers = await Promise.all([
      mutate(load, { items }),
      mutate(load, { items: [...items].reverse() }),
      mutate(load, { items }),
    ]);
    const sum = (field: string) => answers.reduce((total, answer) => total + answer[field], 0);
    expect([sum("created"), sum("updated"), sum("unchanged")]).toEqual([40, 0, 80]);
  });

  test("of nothing is refused", async () => {
    expect((await mutate(load, { items: [] })).code).toBe("INVALID_INPUT");
  });
});
