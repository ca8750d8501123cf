/** Why a bank transaction and an open item are not matched: asked of the API, on a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { asOrganisation, readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { declineCandidate } from "../../../server/src/features/reconciliation/decline-candidate.ts";
import { excludeTransaction } from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import { readBothSides } from "../../../server/src/features/reconciliation/lock-for-match.sql.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { confirmTransfer } from "../../../server/src/features/reconciliation/transfers/confirm-transfer.ts";
import { readSurroundings } from "../../../server/src/features/reconciliation/why-not/read-surroundings.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addBlock } from "../../support/imports.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOpenItem,
  type WorldTransaction,
} from "../../support/world.ts";
import { type Books, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const owner = () => viewerIn(books.organisation);

async function line(values: WorldTransaction = {}): Promise<string> {
  const [id = ""] = await addTransactions(app, books.organisation.id, books.accountId, [values]);
  return id;
}

async function item(values: WorldOpenItem = {}): Promise<string> {
  const [id = ""] = await addOpenItems(app, books.organisation.id, [values]);
  return id;
}

const document = `query ($transactionId: ID!, $openItemId: ID!) {
  whyNotMatched(transactionId: $transactionId, openItemId: $openItemId) {
    matched score threshold code reason change changeCode profile { name version }
    evidence { signal label points transactionValue itemValue }
    lostTo { score transaction { id } openItem { id number } match { id decidedBy } evidence { signal points } } } }`;

async function why(
  transactionId: string,
  openItemId: string,
  role: "owner" | "viewer" = "owner",
): Promise<Answer["data"]> {
  const viewer = viewerIn(books.organisation, role);
  const { data, errors } = await ask(app, viewer, document, { transactionId, openItemId });
  expect(errors).toEqual([]);
  return data.whyNotMatched;
}

const strong = {
  line: { reference: "INV-2001", counterpartyName: "Acorn Ltd", amountMinor: 12_000n },
  item: { number: "INV-2001", counterpartyName: "Acorn Ltd", amountMinor: 12_000n },
};

describe("of what is open", () => {
  test("a pair that nothing keeps apart is matched by the next run, as it says", async () => {
    const [transaction, open] = [await line(strong.line), await item(strong.item)];
    expect(await why(transaction, open, "viewer")).toMatchObject({
      matched: false,
      code: "will_match",
      threshold: builtInProfiles.invoice.automaticScoreMin,
      profile: { name: "invoice", version: 1 },
      lostTo: [],
      change: null,
    });
    await runMatching(app, books.organisation.id);
    const after = await why(transaction, open);
    expect(after).toMatchObject({ matched: true, code: "matched", change: null, lostTo: [] });
    expect(after.reason).toBe("They are matched by Automatic matching on 20 November 2026.");
    expect(after.evidence.length).toBeGreaterThan(0);
    expect(after.score).toBe(
      after.evidence.reduce((sum: number, one: { points: number }) => sum + one.points, 0),
    );
  });

  test("too little evidence says how much there is and how much it takes", async () => {
    const transaction = await line({ counterpartyName: null, amountMinor: 12_000n });
    const open = await item({
      number: "X-77",
      amountMinor: 12_100n,
      counterpartyName: "Birch Ltd",
    });
    const told = await why(transaction, open);
    expect(told.matched).toBe(false);
    expect(told.code).toBe("below_threshold");
    expect(told.score).toBeLessThan(told.threshold);
  });

  test("what a run would rather match is named, with its evidence", async () => {
    const transaction = await line(strong.line);
    const open = await item({ ...strong.item, number: "INV-3999" });
    const winner = await item(strong.item);
    const told = await why(transaction, open);
    expect(told).toMatchObject({
      matched: false,
      code: "lost_to",
      lostTo: [{ openItem: { id: winner }, transaction: { id: transaction }, match: null }],
    });
    expect(told.reason).toMatch(
      /^The payment fits INV-2001 \(Acorn Ltd\) better: \d+ points against -?\d+\.$/,
    );
    expect(told.lostTo[0].score).toBeGreaterThan(told.score);
  });

  test("a transaction that a run would rather take for the open item is named", async () => {
    const open = await item(strong.item);
    const transaction = await line({ ...strong.line, reference: null });
    const winner = await line(strong.line);
    const told = await why(transaction, open);
    expect(told.code).toBe("lost_to");
    expect(told.lostTo.map((one: Answer["data"]) => one.transaction.id)).toEqual([winner]);
    expect(told.reason).toMatch(/^Another payment, of 16 November 2026, fits INV-2001 better: /);
  });

  test("a declined pair says who declined it", async () => {
    const pair = { transactionId: await line(strong.line), openItemId: await item(strong.item) };
    await declineCandidate(app, owner(), pair);
    const told = await why(pair.transactionId, pair.openItemId);
    expect(told.matched).toBe(false);
    expect(told).toMatchObject({
      code: "declined",
      reason: `${owner().actor.name} said on 20 November 2026 that the payment is not for INV-2001.`,
      changeCode: "not_declined",
      change: "Taking back that the pair was declined would let it be matched.",
    });
  });
});

describe("of what is decided", () => {
  test("a transaction that is matched elsewhere says with what, by whom and when", async () => {
    const transaction = await line(strong.line);
    const other = await item({
      number: "INV-5",
      counterpartyName: "Birch Ltd",
      amountMinor: 12_000n,
    });
    const open = await item(strong.item);
    const { match } = await confirmMatch(app, owner(), [
      { transactionId: transaction, openItemId: other, amount: "120.00" },
    ]);
    const told = await why(transaction, open);
    expect(told).toMatchObject({
      matched: false,
      code: "transaction_settled",
      reason: `The payment is matched with INV-5 (Birch Ltd) already by ${owner().actor.name} on 20 November 2026.`,
      changeCode: "undo_match",
      change: "Undoing the match with INV-5 (Birch Ltd) would let it be matched.",
      lostTo: [{ openItem: { id: other }, match: { id: match.id, decidedBy: owner().actor.name } }],
    });
    // As it was before the match: the evidence is of whole amounts.
    expect(told.evidence.map(({ signal }: { signal: string }) => signal)).toContain("amount_exact");
  });

  test("an open item that is paid already says by which payment", async () => {
    const open = await item(strong.item);
    const payer = await line({ ...strong.line, bookedOn: localDate("2026-11-12") });
    await confirmMatch(app, owner(), [
      { transactionId: payer, openItemId: open, amount: "120.00" },
    ]);
    const told = await why(await line({ ...strong.line, reference: null }), open);
    expect(told).toMatchObject({
      code: "item_settled",
      reason: `INV-2001 is paid already, by another payment of 12 November 2026, matched by ${owner().actor.name} on 20 November 2026.`,
      lostTo: [{ transaction: { id: payer }, openItem: { id: open } }],
    });
  });

  test("an excluded transaction says why, and that including it would do it", async () => {
    const [transaction, open] = [await line(strong.line), await item(strong.item)];
    await excludeTransaction(app, owner(), { id: transaction, reason: "Paid twice" });
    expect(await why(transaction, open)).toMatchObject({
      code: "transaction_excluded",
      reason: `The payment was left out of reconciliation by ${owner().actor.name} on 20 November 2026: “Paid twice”.`,
      changeCode: "include",
      lostTo: [],
    });
  });

  test("a side of a transfer says so, with the other account", async () => {
    const connection = await addConnection(app, books.organisation.id);
    const reserve = await addAccount(app, books.organisation.id, connection, { name: "Reserve" });
    const [out = ""] = await addTransactions(app, books.organisation.id, reserve, [
      { amountMinor: -12_000n },
    ]);
    const [transaction, open] = [await line(strong.line), await item(strong.item)];
    await confirmTransfer(app, owner(), { outTransactionId: out, inTransactionId: transaction });
    expect(await why(transaction, open)).toMatchObject({
      code: "transaction_transferred",
      reason: `It is no payment but a transfer from Reserve, decided by ${owner().actor.name} on 20 November 2026.`,
      changeCode: "undo_transfer",
    });
  });

  test("what the bank took back and what was voided cannot be matched by any change", async () => {
    const [transaction, open] = [await line(strong.line), await item(strong.item)];
    const gone = await line(strong.line);
    const voided = await item({ ...strong.item, number: "INV-V" });
    await asOrganisation(app.database, books.organisation.id, async (tx) => {
      await tx.query("UPDATE bank_transaction SET removed_at = $2 WHERE id = $1", [
        gone,
        app.now(),
      ]);
    });
    const { data } = await ask(
      app,
      owner(),
      "mutation ($id: ID!) { voidOpenItem(id: $id) { __typename } }",
      { id: voided },
    );
    expect(data.voidOpenItem.__typename).toBe("OpenItem");
    expect(await why(gone, open)).toMatchObject({
      code: "transaction_removed",
      reason: "The bank took the payment back on 20 November 2026.",
      change: null,
    });
    expect(await why(transaction, voided)).toMatchObject({
      code: "item_void",
      reason: `INV-V was voided by ${owner().actor.name} on 20 November 2026.`,
      change: null,
    });
  });
});

test("explaining writes nothing", async () => {
  const [transaction, open] = [await line(strong.line), await item(strong.item)];
  const other = await item({ amountMinor: 12_000n });
  await confirmMatch(app, owner(), [
    { transactionId: transaction, openItemId: other, amount: "120.00" },
  ]);
  const dump = () =>
    asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query(`SELECT (SELECT json_agg(t) FROM bank_transaction t) AS t,
        (SELECT json_agg(o) FROM open_item o) AS o, (SELECT json_agg(p) FROM payment p) AS p,
        (SELECT count(*) FROM audit_entry) AS a`),
    );
  const before = await dump();
  await why(transaction, open);
  expect(await dump()).toEqual(before);
});

test("what competes is looked at within bounds, however much there is", async () => {
  await addTransactions(
    app,
    books.organisation.id,
    books.accountId,
    Array.from({ length: 600 }, () => ({ amountMinor: 12_000n, counterpartyName: "Acorn Ltd" })),
  );
  await addOpenItems(
    app,
    books.organisation.id,
    Array.from({ length: 600 }, () => ({ amountMinor: 12_000n })),
  );
  const transaction = await line({ amountMinor: 12_000n, counterpartyName: "Acorn Ltd" });
  const open = await item({ amountMinor: 12_000n });
  const around = await readAsOrganisation(app.database, books.organisation.id, async (sql) => {
    const ids = { transactionIds: [transaction], openItemIds: [open] };
    const sides = await readBothSides(sql, ids, "");
    const [a] = sides.transactions;
    const [b] = sides.items;
    if (!a || !b) throw new TypeError("both were added");
    return readSurroundings(sql, a, b);
  });
  expect(around.transactions.length).toBeLessThanOrEqual(401);
  expect(around.items.length).toBeLessThanOrEqual(201);
  expect((await why(transaction, open)).matched).toBe(false);
});

test("another organisation's and unknown ids answer nothing", async () => {
  const stranger = await openBooks(app);
  const [foreign = ""] = await addOpenItems(app, stranger.organisation.id, [{}]);
  const transaction = await line();
  expect(await why(transaction, foreign)).toBeNull();
  expect(await why(transaction, "nonsense")).toBeNull();
});

test("what can never meet says so: the other direction, and another currency without a rate", async () => {
  const transaction = await line(strong.line);
  const expense = await item({ ...strong.item, kind: "expense", number: "EXP-1" });
  expect(await why(transaction, expense)).toMatchObject({
    code: "other_direction",
    reason: "Money came in, and EXP-1 is an expense: money out settles it.",
  });
  const dollars = await item({ ...strong.item, number: "INV-USD", currency: "USD" });
  expect(await why(transaction, dollars)).toMatchObject({
    code: "no_rate",
    reason:
      "The payment is in GBP and INV-USD in USD, and no rate between them is loaded for 16 November 2026.",
  });
});

test("an item of another block is told apart", async () => {
  const block = await addBlock(app, books.organisation.id, { name: "Willow House" });
  const open = await item(strong.item);
  await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query("UPDATE open_item SET block_id = $2 WHERE id = $1", [open, block]),
  );
  const told = await why(await line(strong.line), open);
  expect(told.matched).toBe(false);
  expect(told).toMatchObject({
    code: "other_block",
    reason:
      "INV-2001 is of Willow House, and the payment's account is of the organisation's own books.",
  });
});

test("the same look finds candidates: a demand of the account's block by its unit, and an item in another currency", async () => {
  const { organisation, accountId } = books;
  const block = await addBlock(app, organisation.id, { name: "Willow House" });
  const [unit, leaseholder, demand] = [newId(), newId(), newId()];
  await asOrganisation(app.database, organisation.id, async (tx) => {
    const own = { organisationId: organisation.id, blockId: block };
    await tx.query("UPDATE financial_account SET block_id = $2 WHERE id = $1", [accountId, block]);
    await tx.prisma.unit.create({ data: { ...own, id: unit, number: "Flat 3" } });
    await tx.prisma.leaseholder.create({
      data: { ...own, id: leaseholder, unitId: unit, name: "Jyoti Patel", surname: "Patel" },
    });
    await tx.prisma.openItem.create({
      data: {
        ...{ ...own, id: demand, unitId: unit, leaseholderId: leaseholder, kind: "demand" },
        ...{ number: "SC-1", counterpartyName: "Jyoti Patel", amountMinor: 12_000n },
        ...{ currency: "GBP", issuedOn: new Date("2026-11-01T00:00:00Z") },
      },
    });
    await tx.query(
      `INSERT INTO exchange_rate (organisation_id, base, quote, day, rate, loaded_by)
       VALUES ($1, 'GBP', 'EUR', '2026-11-16', 1.2, 'Tess')`,
      [organisation.id],
    );
  });
  const foreign = await item({ number: "INV-EUR", currency: "EUR", amountMinor: 14_400n });
  const transaction = await line({
    ...{ amountMinor: 12_000n, reference: "Flat 3 Patel", counterpartyName: "Acorn Ltd" },
  });
  const { data, errors } = await ask(
    app,
    owner(),
    `query ($id: ID!) { bankTransaction(id: $id) {
      candidates(first: 10) { openItem { id } amount { amount currency } } } }`,
    { id: transaction },
  );
  expect(errors).toEqual([]);
  expect(data.bankTransaction.candidates).toMatchObject([
    { openItem: { id: demand }, amount: { amount: "120.00", currency: "GBP" } },
    { openItem: { id: foreign }, amount: { amount: "144.00", currency: "EUR" } },
  ]);
  expect(await why(transaction, demand)).toMatchObject({
    code: "will_match",
    profile: { name: "demand" },
  });
});
