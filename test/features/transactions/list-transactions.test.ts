import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import type { Viewer } from "../../../server/src/features/viewer.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let viewer: Viewer;
let savings: string;
let current: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  const organisation = await addOrganisation(app);
  viewer = viewerIn(organisation, "viewer");
  const connection = await addConnection(app, organisation.id);
  current = await addAccount(app, organisation.id, connection);
  savings = await addAccount(app, organisation.id, connection, {
    name: "Savings",
    kind: "savings",
    currency: "JPY",
  });
  // Several on one day, so that the id has to break the tie.
  await addTransactions(
    app,
    organisation.id,
    current,
    Array.from({ length: 23 }, (_, index) => ({
      bookedOn: localDate(`2026-11-${String(10 + Math.floor(index / 5)).padStart(2, "0")}`),
      amountMinor: BigInt((index % 2 === 0 ? 1 : -1) * (1_000 + index * 100)),
      description: `Line ${index}`,
      reference: index === 7 ? "100%_sure\\" : null,
      counterpartyName: index === 8 ? "Ácme Ltd" : null,
    })),
  );
  await addTransactions(app, organisation.id, savings, [
    { bookedOn: localDate("2026-10-01"), amountMinor: 1_500n, currency: "JPY", description: "Yen" },
  ]);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const listed = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: BankTransactionFilter) {
  bankTransactions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id description bookedOn } }
  }
}`;

async function list(variables: Record<string, unknown>) {
  const { data, errors } = await ask(app, viewer, listed, variables);
  expect(errors).toEqual([]);
  return data.bankTransactions;
}

// biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document above.
const descriptions = (page: any): string[] => page.edges.map((edge: any) => edge.node.description);

describe("the list of bank transactions", () => {
  test("is read page by page in both directions, each line once and in one order", async () => {
    const all = descriptions(await list({ first: 200 }));
    expect(all).toHaveLength(24);
    for (const size of [4, 5, 24]) {
      const forward: string[] = [];
      let after: string | null = null;
      do {
        const page = await list({ first: size, after });
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        forward.push(...descriptions(page));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(forward).toEqual(all);
      const backward: string[] = [];
      let before: string | null = null;
      do {
        const page = await list({ last: size, before });
        backward.unshift(...descriptions(page));
        before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
      } while (before !== null);
      expect(backward).toEqual(all);
    }
  });

  test("keeps the reader's place when newer lines arrive", async () => {
    const first = await list({ first: 5 });
    const rest = await list({ first: 200, after: first.pageInfo.endCursor });
    const organisationId = viewer.organisationId;
    const [added] = await addTransactions(app, organisationId, current, [
      { bookedOn: localDate("2026-11-19"), description: "Newest", amountMinor: 5n },
    ]);
    const restAgain = await list({ first: 200, after: first.pageInfo.endCursor });
    expect(descriptions(restAgain)).toEqual(descriptions(rest));
    const newest = await list({ last: 200, before: first.pageInfo.startCursor });
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    expect(newest.edges.map((edge: any) => edge.node.id)).toEqual([added]);
  });

  test.each([
    ["by day", { from: "2026-11-12", to: "2026-11-12" }, 5],
    ["by direction", { direction: "OUT" }, 11],
    ["by text, in which % and _ mean themselves", { search: "0%_SURE\\" }, 1],
    ["by the counterparty's name", { search: "cme ltd" }, 1],
    ["by text that is nowhere", { search: "_ine 1" }, 0],
    ["by amount without a sign", { amountMin: "30.00", amountMax: "32.00" }, 3],
    ["by amount in a currency without decimals", { amountMin: "1400", amountMax: "1600" }, 1],
    ["by category", { uncategorised: false }, 0],
    ["by status", { statuses: ["MATCHED", "PART_MATCHED"] }, 0],
    ["by what is no id", { accountIds: ["nonsense"] }, 0],
  ])("finds %s", async (_name, filter, count) => {
    const page = await list({ first: 200, filter });
    expect(page.edges).toHaveLength(count);
    expect(page.totalCount).toBe(count);
  });

  test("finds by account", async () => {
    expect(descriptions(await list({ filter: { accountIds: [savings] } }))).toEqual(["Yen"]);
  });

  test("answers a cursor that no list gave, and a page out of bounds, with a typed error", async () => {
    for (const variables of [
      { after: "bm9wZQ" },
      { first: 0 },
      { first: 201 },
      { first: 1, last: 1 },
      { filter: { amountMin: "-5" } },
      { filter: { search: "x".repeat(101) } },
    ]) {
      const { errors } = await ask(app, viewer, listed, variables);
      expect(errors.map(({ code }) => code)).toEqual(["INVALID_INPUT"]);
    }
  });

  test("shows another organisation nothing", async () => {
    const stranger = viewerIn(await addOrganisation(app));
    const { data } = await ask(app, stranger, listed, { filter: { accountIds: [current] } });
    expect(data.bankTransactions.edges).toEqual([]);
    expect(data.bankTransactions.totalCount).toBe(0);
  });

  test("brings account, matches, payments and open items along, the same as when asked one by one", async () => {
    const organisationId = viewer.organisationId;
    const [transactionId = ""] = await addTransactions(app, organisationId, current, [
      { bookedOn: localDate("2026-09-01"), amountMinor: 20_000n },
    ]);
    const items = await addOpenItems(app, organisationId, [{ number: "A-1" }, { number: "A-2" }]);
    for (const openItemId of items)
      await addMatch(app, organisationId, { transactionId, openItemId });
    const fields = `id status openAmount { amount } account { name } category { name }
      matches { payments { amount { amount currency } openItem { number status } transaction { id } } }`;
    const { data, errors } = await ask(
      app,
      viewer,
      `query ($id: ID!) {
        bankTransaction(id: $id) { ${fields} }
        bankTransactions(filter: { to: "2026-09-30" }) { ...Page }
      }
      fragment Page on BankTransactionConnection { nodes { ...Line } }
      fragment Line on BankTransaction { ${fields} }`,
      { id: transactionId },
    );
    expect(errors).toEqual([]);
    expect(data.bankTransactions.nodes).toEqual([data.bankTransaction]);
    expect(data.bankTransaction).toMatchObject({
      status: "MATCHED",
      openAmount: { amount: "0.00" },
      account: { name: "Business current account" },
      category: null,
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const numbers = data.bankTransaction.matches.map((match: any) => match.payments[0].openItem);
    expect(numbers).toEqual([
      { number: "A-1", status: "PAID" },
      { number: "A-2", status: "PAID" },
    ]);
  });
});
