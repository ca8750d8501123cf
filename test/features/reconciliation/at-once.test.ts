import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { voidOpenItem } from "../../../server/src/features/documents/void-open-item.ts";
import { Conflict, Problem } from "../../../server/src/features/errors.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import {
  excludeTransaction,
  includeTransaction,
} from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
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

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function withRows(
  count: number,
): Promise<{ books: Books; transactions: string[]; items: string[] }> {
  const books = await openBooks(app);
  const { organisation, accountId } = books;
  const rows = Array.from({ length: count }, (_, index) => `INV-9${index}0${index}0`);
  const items = await addOpenItems(
    app,
    organisation.id,
    rows.map((number) => ({ number })),
  );
  const transactions = await addTransactions(
    app,
    organisation.id,
    accountId,
    rows.map((reference) => ({ reference })),
  );
  return { books, transactions, items };
}

describe("at once", () => {
  test("two people match the same: one wins, the other is told", async () => {
    const { books, transactions, items } = await withRows(1);
    const viewer = viewerIn(books.organisation);
    const match = () =>
      confirmMatch(app, viewer, [
        { transactionId: transactions[0] ?? "", openItemId: items[0] ?? "", amount: "100.00" },
      ]);
    const outcomes = await Promise.allSettled([match(), match(), match(), match()]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Conflict);
    }
    await expectSoundBooks(app, books);
  });

  test("a person matches what the job is about to: one wins", async () => {
    const { books, transactions, items } = await withRows(3);
    const viewer = viewerIn(books.organisation);
    // Crosswise, so that both want every row.
    const byHand = transactions.map((transactionId, index) =>
      confirmMatch(app, viewer, [
        { transactionId, openItemId: items[(index + 1) % 3] ?? "", amount: "100.00" },
      ]),
    );
    const outcomes = await Promise.allSettled([...byHand, runMatching(app, books.organisation.id)]);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Conflict);
    }
    await expectSoundBooks(app, books);
    const { transactions: lines } = await bothSides(app, books);
    expect(lines.some(({ status }) => status === "matched")).toBe(true);
  });

  test("several undo the same match: one does", async () => {
    const { books } = await withRows(1);
    await runMatching(app, books.organisation.id);
    const [id = ""] = await matchIds(books);
    const viewer = viewerIn(books.organisation);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, () => voidMatch(app, viewer, { id, reason: null })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expectSoundBooks(app, books);
  });

  test("whatever people and the job do in whatever order, nothing is allocated twice", async () => {
    const row = fc.nat({ max: 2 });
    const step = fc.oneof(
      fc.record({
        do: fc.constant("confirm" as const),
        pairs: fc.array(fc.tuple(row, row, fc.constantFrom("100.00", "60.00", "0.01")), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      fc.record({ do: fc.constant("void" as const), nth: fc.nat({ max: 5 }) }),
      fc.record({ do: fc.constantFrom("exclude" as const, "include" as const), row }),
      fc.record({ do: fc.constant("voidItem" as const), row }),
      fc.record({ do: fc.constant("job" as const) }),
    );
    const waves = fc.array(fc.array(step, { minLength: 2, maxLength: 4 }), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(waves, async (planned) => {
        const { books, transactions, items } = await withRows(3);
        const viewer = viewerIn(books.organisation);
        const act = async (one: (typeof planned)[number][number]) => {
          switch (one.do) {
            case "confirm":
              return confirmMatch(
                app,
                viewer,
                one.pairs.map(([line, item, amount]) => ({
                  transactionId: transactions[line] ?? "",
                  openItemId: items[item] ?? "",
                  amount,
                })),
              );
            case "void": {
              const ids = await matchIds(books);
              return voidMatch(app, viewer, {
                id: ids[one.nth % Math.max(ids.length, 1)] ?? "none",
                reason: null,
              });
            }
            case "exclude":
              return excludeTransaction(app, viewer, {
                id: transactions[one.row] ?? "",
                reason: "Private",
              });
            case "include":
              return includeTransaction(app, viewer, transactions[one.row] ?? "");
            case "voidItem":
              return voidOpenItem(app, viewer, items[one.row] ?? "");
            case "job":
              return runMatching(app, books.organisation.id);
          }
        };
        for (const wave of planned) {
          const outcomes = await Promise.allSettled(wave.map(act));
          for (const outcome of outcomes) {
            if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Problem);
          }
          await expectSoundBooks(app, books);
        }
      }),
      { seed: 20_261_121, numRuns: 12 },
    );
  }, 120_000);
});

async function matchIds(books: Books): Promise<string[]> {
  const rows = await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query<{ id: string }>("SELECT id FROM match ORDER BY id"),
  );
  return rows.map(({ id }) => id);
}
