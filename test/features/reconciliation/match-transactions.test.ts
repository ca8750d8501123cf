import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { builtInProfiles, invoiceProfile } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { beginNewRun } from "../../../server/src/features/reconciliation/runs/begin-run.ts";
import { loadOpenBooks } from "../../../server/src/features/reconciliation/runs/load-open-books.sql.ts";
import { saveChunk } from "../../../server/src/features/reconciliation/runs/save-chunk.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
import { jobViewer } from "../../../server/src/features/viewer.ts";
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

/** Documents that name themselves in a payment each. @returns the ids of transactions and items, in one order */
async function addPairs(count: number): Promise<{ transactions: string[]; items: string[] }> {
  const { organisation, accountId } = books;
  const number = (index: number) => `INV-2026-${String(1_000 + 37 * index)}`;
  const pairs = Array.from({ length: count }, (_, index) => ({
    number: number(index),
    amountMinor: BigInt(10_000 + 111 * index),
  }));
  const items = await addOpenItems(app, organisation.id, pairs);
  const transactions = await addTransactions(
    app,
    organisation.id,
    accountId,
    pairs.map(({ number: reference, amountMinor }) => ({
      reference,
      amountMinor,
      bookedOn: localDate("2026-11-16"),
    })),
  );
  return { transactions, items };
}

const statuses = async () => {
  const { transactions, items } = await bothSides(app, books);
  return [...transactions, ...items].map(({ status }) => status);
};

function jobs(): Promise<object[]> {
  return asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query("SELECT FROM graphile_worker.jobs WHERE key = $1", [`match:${tx.organisationId}`]),
  );
}

describe("automatic matching", () => {
  test("matches what is certain, keeps the evidence, and does nothing the second time", async () => {
    const { transactions, items } = await addPairs(20);
    expect(await runMatching(app, books.organisation.id)).toEqual({ matched: 20, overtaken: 0 });
    await expectSoundBooks(app, books);
    expect(new Set(await statuses())).toEqual(new Set(["matched", "paid"]));
    const { data } = await ask(
      app,
      viewerIn(books.organisation),
      `query ($id: ID!) { bankTransaction(id: $id) {
        matches { origin score decidedBy evidence { signal } payments { openItem { id } } }
        history { summary actorKind } } }`,
      { id: transactions[3] },
    );
    const [match] = data.bankTransaction.matches;
    expect(match).toMatchObject({ origin: "AUTOMATIC", decidedBy: "Automatic matching" });
    expect(match.payments).toEqual([{ openItem: { id: items[3] } }]);
    expect(match.score).toBeGreaterThanOrEqual(invoiceProfile.automaticScoreMin);
    const signals = match.evidence.map(({ signal }: { signal: string }) => signal);
    expect(signals).toContain("document_number_exact");
    expect(data.bankTransaction.history).toEqual([
      { summary: "Matched by itself with INV-2026-1111.", actorKind: "job" },
    ]);
    expect(await runMatching(app, books.organisation.id)).toEqual({ matched: 0, overtaken: 0 });
  });

  test("pays one item by several transactions of one run, and in part", async () => {
    const { organisation, accountId } = books;
    await addOpenItems(app, organisation.id, [{ number: "INV-77001", amountMinor: 100_00n }]);
    await addTransactions(
      app,
      organisation.id,
      accountId,
      [30_00n, 20_00n].map((amountMinor) => ({ amountMinor, reference: "INV-77001" })),
    );
    const { matched } = await runMatching(app, organisation.id);
    expect(matched).toBeGreaterThan(0);
    await expectSoundBooks(app, books);
  });

  test("does not look at pending, excluded or removed transactions", async () => {
    const { organisation } = books;
    const { transactions } = await addPairs(3);
    await asOrganisation(app.database, organisation.id, async (tx) => {
      const set = (id: string | undefined, change: string) =>
        tx.query(`UPDATE bank_transaction SET ${change} WHERE id = $1`, [id]);
      await set(transactions[0], "pending = true");
      await set(transactions[1], "excluded_at = now()");
      await set(transactions[2], "removed_at = now()");
    });
    expect(await runMatching(app, organisation.id)).toEqual({ matched: 0, overtaken: 0 });
  });

  test("leaves a pair alone that a person took apart", async () => {
    const { organisation } = books;
    await addPairs(2);
    await runMatching(app, organisation.id);
    const [match] = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query<{ id: string }>("SELECT id FROM match LIMIT 1"),
    );
    await voidMatch(app, viewerIn(organisation), { id: match?.id ?? "", reason: null });
    expect(await runMatching(app, organisation.id)).toEqual({ matched: 0, overtaken: 0 });
    expect((await statuses()).sort()).toEqual(["matched", "open", "paid", "unmatched"]);
  });

  test("run by several workers at once matches each pair once, and looks again", async () => {
    await addPairs(30);
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () => runMatching(app, books.organisation.id)),
    );
    expect(outcomes.reduce((sum, { matched }) => sum + matched, 0)).toBe(30);
    await expectSoundBooks(app, books);
    const overtaken = outcomes.some((outcome) => outcome.overtaken > 0);
    expect(await jobs()).toHaveLength(overtaken ? 1 : 0);
  });

  test("gives way to whatever changed between deciding and writing", async () => {
    const { organisation } = books;
    const { transactions, items } = await addPairs(6);
    const at = app.now();
    const viewer = viewerIn(organisation);
    const books1 = await asOrganisation(app.database, organisation.id, (tx) =>
      loadOpenBooks(
        (read) => read(tx),
        { transactions: 6, items: 6 },
        () => {},
      ),
    );
    const proposals = proposeMatches({ ...books1, profiles: builtInProfiles }).matches;
    expect(proposals).toHaveLength(6);
    // A person is first, a sync corrects a text, a bank takes a line back, a person declines, an item is made void.
    await confirmMatch(app, viewer, [
      { transactionId: transactions[0] ?? "", openItemId: items[0] ?? "", amount: "1.00" },
    ]);
    await asOrganisation(app.database, organisation.id, async (tx) => {
      await tx.query("UPDATE bank_transaction SET reference = 'other' WHERE id = $1", [
        transactions[1],
      ]);
      await tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [
        transactions[2],
      ]);
      await tx.query("INSERT INTO declined_pair VALUES ($1, $2, $3, 'Tess')", [
        organisation.id,
        transactions[3],
        items[3],
      ]);
      await tx.query("UPDATE open_item SET voided_at = now() WHERE id = $1", [items[4]]);
    });
    const { runId } = await beginNewRun(app, organisation.id, "items");
    const seen = {
      transactions: new Map(books1.transactions.map((row) => [row.id, row])),
      items: new Map(books1.items.map((row) => [row.id, row])),
      blocks: books1.blocks,
      own: new Set<number>(),
    };
    const saved = await asOrganisation(app.database, organisation.id, (tx) =>
      saveChunk(tx, jobViewer(organisation.id, "Automatic matching"), {
        ...{ runId, proposals, seen, at, ruleOf: () => null },
      }),
    );
    expect(saved).toBe(1);
    const { transactions: lines } = await bothSides(app, books);
    expect(lines.find(({ id }) => id === transactions[5])?.status).toBe("matched");
    await expectSoundBooks(app, books);
  });

  test("sees nothing of another organisation", async () => {
    const { items } = await addPairs(1);
    const stranger = await openBooks(app);
    await addTransactions(app, stranger.organisation.id, stranger.accountId, [
      { reference: "INV-2026-1000", amountMinor: 10_000n },
    ]);
    expect(await runMatching(app, stranger.organisation.id)).toEqual({ matched: 0, overtaken: 0 });
    expect(items).toHaveLength(1);
    expect(await statuses()).toEqual(["unmatched", "open"]);
  });
});
