import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addMatch,
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
} from "../../support/world.ts";
import { type Books, expectSoundBooks, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;
let line: string;
let spent: string;
let invoice: string;
let euro: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  books = await openBooks(app);
  const { organisation, accountId } = books;
  [line = "", spent = ""] = await addTransactions(app, organisation.id, accountId, [
    { amountMinor: 100_00n },
    { amountMinor: -100_00n },
  ]);
  [invoice = "", euro = ""] = await addOpenItems(app, organisation.id, [
    { amountMinor: 80_00n },
    { amountMinor: 80_00n, currency: "EUR" },
  ]);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

test.each([
  ["more than the item", () => ({ transactionId: line, openItemId: invoice, amountMinor: 80_01n })],
  ["another currency", () => ({ transactionId: line, openItemId: euro, amountMinor: 1n })],
  [
    "another currency than both",
    () => ({ transactionId: line, openItemId: invoice, amountMinor: 1n, currency: "EUR" }),
  ],
  ["the wrong direction", () => ({ transactionId: spent, openItemId: invoice, amountMinor: 1n })],
  ["nothing", () => ({ transactionId: line, openItemId: invoice, amountMinor: 0n })],
])("the database itself refuses a payment of %s", async (_name, payment) => {
  await expect(addMatch(app, books.organisation.id, payment())).rejects.toThrow();
  await expectSoundBooks(app, books);
});

test("the database keeps what is allocated, and lets no payment be rewritten", async () => {
  const { id } = books.organisation;
  await addMatch(app, id, { transactionId: line, openItemId: invoice, amountMinor: 30_00n });
  await expectSoundBooks(app, books);
  const change = (assignment: string) =>
    asOrganisation(app.database, id, (tx) => tx.query(`UPDATE payment SET ${assignment}`));
  await expect(change("amount_minor = 1, transaction_minor = 1")).rejects.toThrow(
    /voided and made again/,
  );
  await asOrganisation(app.database, id, async (tx) => {
    await tx.query("UPDATE payment SET voided_at = now()");
    await tx.query("UPDATE match SET voided_at = now()");
  });
  await expectSoundBooks(app, books);
});
