import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { ask } from "../../support/ask.ts";
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
let ids: string[];
let rent: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection);
  ids = await addTransactions(app, organisation.id, account, [{}, {}, {}]);
  const { data } = await ask(app, viewerIn(organisation), create, { name: " Rent of 2026 " });
  rent = data.createCategory.id;
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const create = `mutation ($name: String!) {
  createCategory(name: $name, kind: EXPENSE) {
    ... on Category { id name kind }
    ... on Problem { code message }
  }
}`;

const categorise = `mutation ($ids: [ID!]!, $categoryId: ID) {
  categoriseTransactions(ids: $ids, categoryId: $categoryId) {
    __typename
    ... on CategorisedTransactions { transactions { id category { name } history { summary actorName } } }
    ... on Problem { code }
  }
}`;

const undo = `mutation ($ids: [ID!]!, $categoryId: ID) {
  undoCategorisation(ids: $ids, categoryId: $categoryId) {
    __typename
    ... on UndoneCategorisation { kept transactions { id category { name } history { summary } } }
    ... on Problem { code }
  }
}`;

interface Stored {
  id: string;
  category_id: string | null;
  category_by_person: boolean;
}

function stored(): Promise<Stored[]> {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<Stored>(
      "SELECT id, category_id, category_by_person FROM bank_transaction ORDER BY id",
    ),
  );
}

function events(): Promise<{ topic: string; payload: { changed: string[] } }[]> {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.query("SELECT topic, payload FROM event WHERE topic = 'bank_transactions.changed'"),
  );
}

describe("categorising", () => {
  test("sets several at once, notes who did it, and tells of the changed ones alone", async () => {
    const viewer = viewerIn(organisation, "accountant");
    const chosen = ids.slice(0, 2);
    const { data } = await ask(app, viewer, categorise, { ids: chosen, categoryId: rent });
    expect(data.categoriseTransactions.transactions).toEqual(
      chosen.map((id) => ({
        id,
        category: { name: "Rent of 2026" },
        history: [{ summary: "Set the category “Rent of 2026”.", actorName: viewer.actor.name }],
      })),
    );
    expect(await stored()).toEqual([
      ...chosen.map((id) => ({ id, category_id: rent, category_by_person: true })),
      { id: ids[2], category_id: null, category_by_person: false },
    ]);
    await ask(app, viewer, categorise, { ids, categoryId: rent });
    const told = (await events()).map(({ payload }) => [...payload.changed].sort());
    expect(told).toEqual([chosen, [ids[2]]]);
  });

  test("takes a category away for good: no sync puts one back", async () => {
    const viewer = viewerIn(organisation);
    await ask(app, viewer, categorise, { ids: [ids[0]], categoryId: null });
    expect((await stored())[0]).toMatchObject({ category_id: null, category_by_person: true });
  });

  test.each([
    ["an unknown transaction", () => ({ ids: [...ids, newId()], categoryId: rent }), "NOT_FOUND"],
    ["what is no id", () => ({ ids: [...ids, "nonsense"], categoryId: rent }), "NOT_FOUND"],
    ["an unknown category", () => ({ ids, categoryId: newId() }), "NOT_FOUND"],
    ["no transaction", () => ({ ids: [], categoryId: rent }), "INVALID_INPUT"],
    [
      "too many",
      () => ({ ids: Array.from({ length: 501 }, newId), categoryId: rent }),
      "INVALID_INPUT",
    ],
  ])("refuses %s as a whole, and nothing changes", async (_name, variables, code) => {
    const { data } = await ask(app, viewerIn(organisation), categorise, variables());
    expect(data.categoriseTransactions.code).toBe(code);
    expect((await stored()).every((row) => row.category_id === null)).toBe(true);
    expect(await events()).toEqual([]);
  });

  test("is refused to whoever may only read", async () => {
    const viewer = viewerIn(organisation, "viewer");
    const { data } = await ask(app, viewer, categorise, { ids, categoryId: rent });
    expect(data.categoriseTransactions.code).toBe("FORBIDDEN");
  });
});

describe("taking a choice back", () => {
  let fees: string;

  beforeEach(async () => {
    const { data } = await ask(app, viewerIn(organisation), create, { name: "Fees" });
    fees = data.createCategory.id;
  });

  const as = async (
    role: "owner" | "accountant",
    document: string,
    categoryId: string | null,
    of = ids,
  ) => {
    const { data } = await ask(app, viewerIn(organisation, role), document, {
      ids: of,
      categoryId,
    });
    return data.categoriseTransactions ?? data.undoCategorisation;
  };

  /** As a bank or a rule gives one: chosen by nobody. */
  const give = (id: string | undefined, categoryId: string) =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE bank_transaction SET category_id = $2 WHERE id = $1", [id, categoryId]),
    );

  test("leaves each line as it was, and from whom it had its category", async () => {
    await give(ids[0], fees);
    await as("accountant", categorise, fees, [ids[1] ?? ""]);
    const before = await stored();
    await as("owner", categorise, rent);
    expect(await stored()).not.toEqual(before);
    const told = (await events()).length;
    const undone = await as("owner", undo, rent);
    expect(undone).toMatchObject({ __typename: "UndoneCategorisation", kept: 0 });
    expect(undone.transactions.map(({ id }: { id: string }) => id)).toEqual(ids);
    const summaries = undone.transactions.map(
      ({ history }: { history: { summary: string }[] }) => history[0]?.summary,
    );
    expect(summaries).toEqual([
      "Undid the choice of its category, which is “Fees” again.",
      "Undid the choice of its category, which is “Fees” again.",
      "Undid the choice of its category, and it has none again.",
    ]);
    expect(await stored()).toEqual(before);
    expect((await events()).slice(told).flatMap(({ payload }) => payload.changed)).toEqual(ids);
  });

  test("of a category that was taken away puts it back", async () => {
    await give(ids[0], fees);
    await as("owner", categorise, null);
    expect(await as("owner", undo, null)).toMatchObject({ kept: 0 });
    expect((await stored())[0]).toMatchObject({ category_id: fees, category_by_person: false });
  });

  test("goes back choice by choice, and no further than to the first", async () => {
    await as("owner", categorise, rent);
    await as("owner", categorise, fees);
    expect(await as("owner", undo, fees)).toMatchObject({ kept: 0 });
    expect((await stored())[0]).toMatchObject({ category_id: rent, category_by_person: true });
    expect(await as("owner", undo, rent)).toMatchObject({ kept: 0 });
    expect((await stored())[0]).toMatchObject({ category_id: null, category_by_person: false });
    expect(await as("owner", undo, rent)).toMatchObject({ kept: 3 });
    await as("owner", categorise, rent);
    expect(await as("owner", undo, rent)).toMatchObject({ kept: 0 });
    expect((await stored())[0]).toMatchObject({ category_id: null, category_by_person: false });
  });

  test("leaves alone what was changed since, and what somebody else has chosen", async () => {
    await as("owner", categorise, rent);
    await as("accountant", categorise, fees, [ids[0] ?? ""]);
    await as("owner", categorise, fees, [ids[1] ?? ""]);
    const before = await stored();
    expect(await as("accountant", undo, rent)).toMatchObject({ kept: 3 });
    expect(await stored()).toEqual(before);
    expect(await as("owner", undo, rent)).toMatchObject({ kept: 2 });
    expect(await stored()).toEqual([
      ...before.slice(0, 2),
      { id: ids[2], category_id: null, category_by_person: false },
    ]);
  });

  test("lets a rule act again where no person has chosen", async () => {
    const [line = ""] = ids;
    const rule = {
      name: "Everything",
      conditions: { amountMin: "0.01", currency: "GBP" },
      action: { kind: "CATEGORISE", categoryId: fees },
    };
    const made = await ask(
      app,
      viewerIn(organisation),
      `mutation ($input: RuleInput!) { createRule(input: $input) { __typename } }`,
      { input: rule },
    );
    expect(made.data.createRule.__typename).toBe("MatchingRule");
    await as("owner", categorise, rent, ids.slice(0, 2));
    await as("owner", undo, rent, [line]);
    await runMatching(app, organisation.id);
    expect((await stored()).map((row) => row.category_id)).toEqual([fees, rent, fees]);
    // The rule's word stays, whoever tries to take the choice before it back.
    expect(await as("owner", undo, rent, [line])).toMatchObject({ kept: 1 });
    await as("owner", categorise, rent, [line]);
    expect(await as("owner", undo, rent, [line])).toMatchObject({ kept: 0 });
    expect((await stored())[0]).toMatchObject({ category_id: fees, category_by_person: false });
  });

  test.each([
    ["an unknown transaction", () => [...ids, newId()], () => rent],
    ["an unknown category", () => ids, () => newId()],
  ])("refuses %s as a whole, and nothing changes", async (_name, those, category) => {
    await as("owner", categorise, rent);
    const before = await stored();
    expect(await as("owner", undo, category(), those())).toMatchObject({ code: "NOT_FOUND" });
    expect(await stored()).toEqual(before);
  });

  test("is refused to whoever may only read", async () => {
    const viewer = viewerIn(organisation, "viewer");
    const { data } = await ask(app, viewer, undo, { ids, categoryId: rent });
    expect(data.undoCategorisation.code).toBe("FORBIDDEN");
  });
});

test("a category's name is given once", async () => {
  const viewer = viewerIn(organisation);
  const again = await ask(app, viewer, create, { name: "Rent of 2026" });
  expect(again.data.createCategory.code).toBe("CONFLICT");
  const empty = await ask(app, viewer, create, { name: "  " });
  expect(empty.data.createCategory.code).toBe("INVALID_INPUT");
});
