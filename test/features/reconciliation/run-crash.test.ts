/** A server that is killed while a run writes: whoever takes the run over writes what is left, and nothing twice. */
import { fork } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { matchTransactions } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addOpenItems, addTransactions, createTestApp, type TestApp } from "../../support/world.ts";
import { type Books, expectSoundBooks, openBooks } from "./books.ts";

const pairs = 300;

let database: TestDatabase;
let app: TestApp;
let books: Books;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

test.each([1, 4])(
  "killed behind %i chunks, each match is there once",
  async (chunks) => {
    books = await openBooks(app);
    const { organisation, accountId } = books;
    const documents = Array.from({ length: pairs }, (_, index) => ({
      number: `INV-2026-${1_000 + 37 * index}`,
      amountMinor: BigInt(10_000 + 111 * index),
    }));
    await addOpenItems(app, organisation.id, documents);
    const lines = documents.map(({ number: reference, amountMinor }) => ({
      reference,
      amountMinor,
    }));
    await addTransactions(app, organisation.id, accountId, lines);

    expect(await runAndDie(chunks)).toBe("SIGKILL");
    const [left] = await inBooks<{ id: string; status: string; matched: number }>(
      "SELECT id, status, matched FROM matching_run",
    );
    expect(left?.status).toBe("running");
    expect(left?.matched).toBeLessThan(pairs);

    await matchTransactions(app, { organisationId: organisation.id, trigger: "items" });
    const runs = await inBooks("SELECT id, status, matched, overtaken FROM matching_run");
    expect(runs).toEqual([{ id: left?.id, status: "complete", matched: pairs, overtaken: 0 }]);
    const [counts] = await inBooks(`
    SELECT count(*)::int AS matches, count(DISTINCT p.transaction_id)::int AS lines,
      count(DISTINCT p.open_item_id)::int AS items,
      (SELECT count(*)::int FROM audit_entry WHERE action = 'match.proposed') AS entries
    FROM match m JOIN payment p ON p.match_id = m.id WHERE m.voided_at IS NULL`);
    expect(counts).toEqual({ matches: pairs, lines: pairs, items: pairs, entries: pairs });
    await expectSoundBooks(app, books);
  },
  90_000,
);

const inBooks = <Row extends object>(text: string) =>
  asOrganisation(app.database, books.organisation.id, (tx) => tx.query<Row>(text));

/** @returns what ended the process */
function runAndDie(chunks: number): Promise<string | number | null> {
  const child = fork(path.join(import.meta.dirname, "run-process.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      TEST_DATABASE_URL: database.serverUrl,
      TEST_ORGANISATION: books.organisation.id,
      CHUNKS_BEFORE: String(chunks),
    },
  });
  return new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
}
