import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
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

test("a category's name is given once", async () => {
  const viewer = viewerIn(organisation);
  const again = await ask(app, viewer, create, { name: "Rent of 2026" });
  expect(again.data.createCategory.code).toBe("CONFLICT");
  const empty = await ask(app, viewer, create, { name: "  " });
  expect(empty.data.createCategory.code).toBe("INVALID_INPUT");
});
