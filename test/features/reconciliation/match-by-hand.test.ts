import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { type Books, bothSides, expectSoundBooks, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;
let payer: string;
let other: string;
let large: string;
let small: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
  const { organisation, accountId } = books;
  [payer = "", other = ""] = await addTransactions(app, organisation.id, accountId, [
    { amountMinor: 100_00n, reference: "INV-1" },
    { amountMinor: 50_00n },
  ]);
  [large = "", small = ""] = await addOpenItems(app, organisation.id, [
    { number: "INV-1", amountMinor: 120_00n },
    { number: "INV-2", amountMinor: 30_00n },
  ]);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const confirm = `mutation ($allocations: [AllocationInput!]!) {
  confirmMatch(allocations: $allocations) {
    ... on ConfirmedMatch {
      match { id origin score decidedBy evidence { signal label } payments { amount { amount } kind transactionAmount { amount } } }
      transactions { id status openAmount { amount } }
      openItems { id status openAmount { amount } matches { id } }
    }
    ... on Problem { code message }
    ... on MatchProblem { transactionId openItemId difference { amount currency } }
  }
}`;
const undo = `mutation ($id: ID!, $reason: String) {
  voidMatch(id: $id, reason: $reason) {
    ... on VoidedMatch {
      match { voidedBy voidReason }
      transactions { id status history(first: 1) { summary } }
      openItems { id status }
    }
    ... on Problem { code }
  }
}`;

async function mutate(source: string, variables: Record<string, unknown>) {
  const { data, errors } = await ask(app, viewerIn(books.organisation), source, variables);
  expect(errors).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document.
  return Object.values(data)[0] as any;
}

const put = (transactionId: string, openItemId: string, amount: string) => ({
  transactionId,
  openItemId,
  amount,
});

describe("a match by hand", () => {
  test("settles in part, several with several, and both sides follow", async () => {
    const answer = await mutate(confirm, {
      allocations: [
        put(payer, large, "90.00"),
        put(payer, small, "10.00"),
        put(other, large, "30"),
      ],
    });
    expect(answer.match).toMatchObject({
      origin: "MANUAL",
      score: null,
      decidedBy: books.organisation.people.owner.name,
    });
    expect(answer.match.evidence).toContainEqual({
      signal: "document_number_exact",
      label: "The payment names the document's number.",
    });
    expect(answer.transactions).toEqual(
      [
        { id: payer, status: "MATCHED", openAmount: { amount: "0.00" } },
        { id: other, status: "PART_MATCHED", openAmount: { amount: "20.00" } },
      ].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    const states = answer.openItems.map((item: { status: string }) => item.status).sort();
    expect(states).toEqual(["PAID", "PART_PAID"]);
    await expectSoundBooks(app, books);
  });

  test("closes an invoice with a fee as a line of its own, and opens it again whole", async () => {
    const before = await bothSides(app, books);
    const answer = await mutate(confirm, {
      allocations: [
        put(payer, large, "100.00"),
        { ...put(payer, large, "20.00"), kind: "BANK_FEE" },
      ],
    });
    expect(answer.match.payments).toEqual([
      { amount: { amount: "100.00" }, kind: "PAYMENT", transactionAmount: { amount: "100.00" } },
      { amount: { amount: "20.00" }, kind: "BANK_FEE", transactionAmount: { amount: "0.00" } },
    ]);
    expect(answer.openItems[0].status).toBe("PAID");
    await expectSoundBooks(app, books);
    await mutate(undo, { id: answer.match.id });
    expect(await bothSides(app, books)).toEqual(before);
  });

  test("takes one currency and puts another, with the rate", async () => {
    const [dollars = ""] = await addOpenItems(app, books.organisation.id, [
      { number: "INV-USD", amountMinor: 125_00n, currency: "USD" },
    ]);
    const refused = await mutate(confirm, { allocations: [put(payer, dollars, "125.00")] });
    expect(refused.code).toBe("CURRENCY_MISMATCH");
    const answer = await mutate(confirm, {
      allocations: [{ ...put(payer, dollars, "125.00"), transactionAmount: "98.00" }],
    });
    expect(answer.match.payments).toEqual([
      { amount: { amount: "125.00" }, kind: "PAYMENT", transactionAmount: { amount: "98.00" } },
    ]);
    expect(answer.transactions[0]).toMatchObject({ openAmount: { amount: "2.00" } });
    await expectSoundBooks(app, books);
  });

  test("holds the two amounts of a payment to the loaded rate", async () => {
    const { organisation } = books;
    const [dollars = ""] = await addOpenItems(app, organisation.id, [
      { number: "INV-USD", amountMinor: 1_250_00n, currency: "USD" },
    ]);
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query(
        `INSERT INTO exchange_rate (organisation_id, base, quote, day, rate, loaded_by)
         SELECT $1, 'GBP', 'USD', booked_on, 1.27, 'Tess Tester' FROM bank_transaction WHERE id = $2`,
        [organisation.id, payer],
      ),
    );
    const stated = (amount: string) => ({
      allocations: [{ ...put(payer, dollars, amount), transactionAmount: "98.00" }],
    });
    expect((await mutate(confirm, stated("1250.00"))).code).toBe("RATE_IMPLAUSIBLE");
    expect((await mutate(confirm, stated("125.00"))).match.payments).toHaveLength(1);
  });

  test("undone, puts everything back, is kept with its reason, and is told in the history", async () => {
    const before = await bothSides(app, books);
    const { match } = await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    const answer = await mutate(undo, { id: match.id, reason: " Wrong invoice " });
    expect(answer.match).toEqual({
      voidedBy: books.organisation.people.owner.name,
      voidReason: "Wrong invoice",
    });
    expect(answer.transactions[0].history[0].summary).toBe(
      "Undid the match with INV-1: Wrong invoice.",
    );
    expect(await bothSides(app, books)).toEqual(before);
    expect((await mutate(undo, { id: match.id })).code).toBe("CONFLICT");
    const { data } = await ask(
      app,
      viewerIn(books.organisation),
      "query ($id: ID!) { match(id: $id) { voidedAt payments { openItem { number } } } }",
      { id: match.id },
    );
    expect(data.match).toEqual({
      voidedAt: app.now().toISOString(),
      payments: [{ openItem: { number: "INV-1" } }],
    });
  });

  test("tells subscribers what has changed, and nothing when it is refused", async () => {
    await mutate(confirm, { allocations: [put(payer, large, "100.01")] });
    const { match } = await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    const events = await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("SELECT topic, payload FROM event ORDER BY seq"),
    );
    expect(events).toEqual([
      {
        topic: "bank_transactions.changed",
        payload: { added: [], changed: [payer], removed: [] },
      },
      { topic: "matches.changed", payload: { matchIds: [match.id], openItemIds: [large] } },
    ]);
  });

  test("says by how much it is too much", async () => {
    expect(await mutate(confirm, { allocations: [put(payer, large, "100.01")] })).toMatchObject({
      code: "EXCEEDS_TRANSACTION",
      transactionId: payer,
      difference: { amount: "0.01", currency: "GBP" },
    });
    const both = [put(payer, small, "20.00"), put(other, small, "15.00")];
    expect(await mutate(confirm, { allocations: both })).toMatchObject({
      code: "EXCEEDS_ITEM",
      openItemId: small,
      difference: { amount: "5.00", currency: "GBP" },
    });
    await expectSoundBooks(app, books);
  });

  test.each([
    ["nothing", () => [], "NOTHING_SELECTED"],
    ["zero", () => [put(payer, large, "0")], "AMOUNT_NOT_POSITIVE"],
    ["a tenth of a penny", () => [put(payer, large, "1.001")], "AMOUNT_INVALID"],
    ["an unknown item", () => [put(payer, newId(), "1.00")], "NOT_FOUND"],
    ["an unknown transaction", () => [put("nonsense", large, "1.00")], "NOT_FOUND"],
    [
      "more than a person can oversee",
      () => Array.from({ length: 201 }, () => put(payer, large, "0.01")),
      "TOO_MANY_ALLOCATIONS",
    ],
  ])("of %s is refused", async (_name, allocations, code) => {
    expect(await mutate(confirm, { allocations: allocations() })).toMatchObject({ code });
  });

  test("keeps currencies and directions apart", async () => {
    const { organisation, accountId } = books;
    const [euro = "", expense = ""] = await addOpenItems(app, organisation.id, [
      { currency: "EUR" },
      { kind: "expense" },
    ]);
    expect(await mutate(confirm, { allocations: [put(payer, euro, "1.00")] })).toMatchObject({
      code: "CURRENCY_MISMATCH",
    });
    expect(await mutate(confirm, { allocations: [put(payer, expense, "1.00")] })).toMatchObject({
      code: "DIRECTION_MISMATCH",
    });
    const [spent = ""] = await addTransactions(app, organisation.id, accountId, [
      { amountMinor: -70_00n },
    ]);
    expect(await mutate(confirm, { allocations: [put(spent, expense, "70.00")] })).toMatchObject({
      transactions: [{ status: "MATCHED" }],
    });
  });

  test("of what has been matched, excluded or made void meanwhile is a conflict", async () => {
    await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    expect(await mutate(confirm, { allocations: [put(payer, small, "1.00")] })).toMatchObject({
      code: "CONFLICT",
    });
    await mutate(exclude, { id: other, reason: "Private" });
    expect(await mutate(confirm, { allocations: [put(other, small, "1.00")] })).toMatchObject({
      code: "CONFLICT",
      message: "The transaction has been excluded.",
    });
  });
});

const exclude = `mutation ($id: ID!, $reason: String!) {
  excludeTransaction(id: $id, reason: $reason) {
    ... on BankTransaction { status exclusionReason } ... on Problem { code }
  }
}`;
const include = `mutation ($id: ID!) {
  includeTransaction(id: $id) { ... on BankTransaction { status exclusionReason } ... on Problem { code } }
}`;

describe("excluding", () => {
  test("leaves a transaction out with a reason, and including takes it back in", async () => {
    const before = await bothSides(app, books);
    expect(await mutate(exclude, { id: other, reason: " Private " })).toEqual({
      status: "EXCLUDED",
      exclusionReason: "Private",
    });
    expect((await mutate(exclude, { id: other, reason: "Again" })).code).toBe("CONFLICT");
    expect(await mutate(include, { id: other })).toEqual({
      status: "UNMATCHED",
      exclusionReason: null,
    });
    expect((await mutate(include, { id: other })).code).toBe("CONFLICT");
    expect(await bothSides(app, books)).toEqual(before);
  });

  test("needs a reason, and a transaction of which nothing is matched", async () => {
    expect((await mutate(exclude, { id: other, reason: " " })).code).toBe("INVALID_INPUT");
    await mutate(confirm, { allocations: [put(other, small, "1.00")] });
    expect((await mutate(exclude, { id: other, reason: "Private" })).code).toBe("CONFLICT");
    expect((await mutate(exclude, { id: newId(), reason: "Private" })).code).toBe("NOT_FOUND");
  });
});

describe("candidates", () => {
  const candidates = `query ($id: ID!, $first: Int) {
    bankTransaction(id: $id) {
      candidates(first: $first) {
        score amount { amount } reasonNotAutomatic openItem { id number } evidence { signal label points }
      }
    }
  }`;

  async function of(id: string, first = 5) {
    const { data } = await ask(app, viewerIn(books.organisation), candidates, { id, first });
    return data.bankTransaction.candidates;
  }

  test("come with their evidence as sentences, the best first", async () => {
    const [best] = await of(payer);
    expect(best.openItem.number).toBe("INV-1");
    expect(best.amount.amount).toBe("100.00");
    expect(best.evidence).toContainEqual({
      signal: "document_number_exact",
      label: "The payment names the document's number.",
      points: 60,
    });
    expect(best.score).toBe(
      best.evidence.reduce((sum: number, { points }: { points: number }) => sum + points, 0),
    );
  });

  test("that fit equally well say so", async () => {
    const { organisation, accountId } = books;
    const [twin = ""] = await addTransactions(app, organisation.id, accountId, [
      { amountMinor: 77_00n, counterpartyName: "Birch GmbH" },
    ]);
    await addOpenItems(
      app,
      organisation.id,
      ["B-10001", "B-20002"].map((number) => ({
        number,
        amountMinor: 77_00n,
        counterpartyName: "Birch GmbH",
      })),
    );
    const found = await of(twin);
    expect(
      found.map(({ reasonNotAutomatic }: { reasonNotAutomatic: string }) => reasonNotAutomatic),
    ).toEqual(["Another open item fits equally well.", "Another open item fits equally well."]);
  });

  test("that a person declined do not come back, until they are matched by hand", async () => {
    const decline = `mutation ($transactionId: ID!, $openItemId: ID!) {
      declineCandidate(transactionId: $transactionId, openItemId: $openItemId) { __typename ... on Problem { code } }
    }`;
    const pair = { transactionId: payer, openItemId: large };
    expect((await mutate(decline, pair)).__typename).toBe("BankTransaction");
    expect((await mutate(decline, pair)).__typename).toBe("BankTransaction");
    expect((await mutate(decline, { ...pair, openItemId: newId() })).code).toBe("NOT_FOUND");
    const ids = (await of(payer)).map(({ openItem }: { openItem: { id: string } }) => openItem.id);
    expect(ids).not.toContain(large);
    const { match } = await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    expect(match.id).toBeTruthy();
    const left = await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("SELECT FROM declined_pair"),
    );
    expect(left).toEqual([]);
  });

  test("come back when a person takes back their own match", async () => {
    const before = await of(payer);
    const { match } = await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    expect(await of(payer)).toEqual([]);
    await mutate(undo, { id: match.id, reason: null });
    expect(await of(payer)).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });

  test("of a matched transaction are none", async () => {
    await mutate(confirm, { allocations: [put(payer, large, "100.00")] });
    expect(await of(payer)).toEqual([]);
  });
});
