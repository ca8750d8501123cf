import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../../support/world.ts";

export interface Books {
  readonly organisation: WorldOrganisation;
  readonly accountId: string;
}

/** An organisation with one GBP account. */
export async function openBooks(app: TestApp): Promise<Books> {
  const organisation = await addOrganisation(app);
  const connection = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, connection);
  return { organisation, accountId };
}

/** One application for a test file, and new books for each of its tests. */
export function newBooks() {
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

  return { app: () => app, books: () => books };
}

export interface Side {
  id: string;
  amount: bigint;
  allocated: bigint;
  status: string;
}

/** Both sides as the database has them, by id. */
export async function bothSides(
  app: TestApp,
  { organisation }: Books,
): Promise<{ transactions: Side[]; items: Side[] }> {
  return asOrganisation(app.database, organisation.id, async (tx) => ({
    transactions: await tx.query<Side>(
      `SELECT id, abs(amount_minor) AS amount, allocated_minor AS allocated, status FROM bank_transaction ORDER BY id`,
    ),
    items: await tx.query<Side>(
      "SELECT id, amount_minor AS amount, allocated_minor AS allocated, status FROM open_item ORDER BY id",
    ),
  }));
}

/** Allocated amounts and statuses are what live payments make them, and none is beyond its amount. */
export async function expectSoundBooks(app: TestApp, books: Books): Promise<void> {
  const payments = await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query<{
      transaction: string;
      item: string;
      amount: bigint;
      taken: bigint;
      live: boolean;
      matchLive: boolean;
    }>(
      `SELECT p.transaction_id AS transaction, p.open_item_id AS item, p.amount_minor AS amount,
         p.transaction_minor AS taken,
         p.voided_at IS NULL AS live, m.voided_at IS NULL AS "matchLive"
       FROM payment p JOIN match m ON m.id = p.match_id`,
    ),
  );
  expect(payments.every(({ live, matchLive }) => live === matchLive)).toBe(true);
  const sumOf = (side: "transaction" | "item", id: string) =>
    payments
      .filter((payment) => payment.live && payment[side] === id)
      .reduce((sum, { amount, taken }) => sum + (side === "item" ? amount : taken), 0n);
  const { transactions, items } = await bothSides(app, books);
  for (const { id, amount, allocated, status } of transactions) {
    expect(allocated).toBe(sumOf("transaction", id));
    expect(allocated <= amount).toBe(true);
    if (status === "excluded" || status === "removed") expect(allocated).toBe(0n);
    else
      expect(status).toBe(
        allocated === 0n ? "unmatched" : allocated < amount ? "part_matched" : "matched",
      );
  }
  for (const { id, amount, allocated, status } of items) {
    expect(allocated).toBe(sumOf("item", id));
    expect(allocated <= amount).toBe(true);
    if (status === "void") expect(allocated).toBe(0n);
    else expect(status).toBe(allocated === 0n ? "open" : allocated < amount ? "part_paid" : "paid");
  }
}
