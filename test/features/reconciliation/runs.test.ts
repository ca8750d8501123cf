/** The life of a run of automatic matching: its row, its queues, its thread, and what becomes of it when it dies. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { enqueueMatching } from "../../../server/src/features/reconciliation/enqueue-matching.ts";
import { matchTransactions } from "../../../server/src/features/reconciliation/match-transactions.ts";
import {
  beginNewRun,
  beginRun,
} from "../../../server/src/features/reconciliation/runs/begin-run.ts";
import {
  type MatchingRun,
  matchingRunColumns,
} from "../../../server/src/features/reconciliation/runs/matching-run.ts";
import { performRun } from "../../../server/src/features/reconciliation/runs/perform-run.ts";
import { matchNow } from "../../../server/src/features/reconciliation/runs/request-run.ts";
import { runInThread } from "../../../server/src/features/reconciliation/runs/run-in-thread.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
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

/** Documents that name themselves in a payment each. */
async function addPairs(count: number, from = 0): Promise<void> {
  const { organisation, accountId } = books;
  const pairs = Array.from({ length: count }, (_, index) => ({
    number: `INV-2026-${1_000 + 37 * (from + index)}`,
    amountMinor: BigInt(10_000 + 111 * (from + index)),
  }));
  await addOpenItems(app, organisation.id, pairs);
  const lines = pairs.map(({ number: reference, amountMinor }) => ({ reference, amountMinor }));
  await addTransactions(app, organisation.id, accountId, lines);
}

const runs = () =>
  asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query<MatchingRun>(`SELECT ${matchingRunColumns} FROM matching_run ORDER BY id`),
  );

const matchedCount = async () =>
  (await bothSides(app, books)).transactions.filter(({ status }) => status === "matched").length;

const job = () => ({ organisationId: books.organisation.id });

test("a run says what it followed, what it looked at and what came of it, and its matches name it", async () => {
  await addPairs(12);
  await asOrganisation(app.database, books.organisation.id, (tx) => enqueueMatching(tx, "import"));
  expect(await runJobs(app)).toEqual([]);
  const [run, ...others] = await runs();
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    ...{ trigger: "import", status: "complete", step: null, progress: 1000 },
    ...{ transactions: 12, items: 12, matched: 12, overtaken: 0, failure: null },
    profiles: { invoice: { name: "invoice", version: 1 }, demand: { name: "demand", version: 1 } },
  });
  const named = await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query("SELECT DISTINCT run_id, profile, profile_version FROM match"),
  );
  expect(named).toEqual([{ run_id: run?.id, profile: "invoice", profile_version: 1 }]);
  await expectSoundBooks(app, books);
});

test("a large set is matched in a thread, with the same outcome, while the event loop goes on", async () => {
  await addPairs(1_100);
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  await matchTransactions(app, { ...job(), trigger: "sync" });
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(100);
  expect(await runs()).toMatchObject([{ status: "complete", matched: 1_100, overtaken: 0 }]);
  expect(await matchedCount()).toBe(1_100);
  await expectSoundBooks(app, books);
}, 60_000);

test("two writers count together, and what one has changed is no surprise to the other", async () => {
  const { organisation, accountId } = books;
  await addPairs(7);
  // One document, paid in parts: each part is a chunk of its own.
  await addOpenItems(app, organisation.id, [{ number: "INV-2026-9917", amountMinor: 900_00n }]);
  const parts = [1, 2, 3, 4, 5].map((part) => ({
    ...{ reference: "INV-2026-9917", amountMinor: BigInt(part * 50_00) },
    bookedOn: localDate(`2026-11-1${part}`),
  }));
  await addTransactions(app, organisation.id, accountId, parts);
  const run = await beginNewRun(app, organisation.id, "items");
  const outcome = await performRun(app, run, () => {}, { matchesOfTransactionMax: 1 });
  expect(outcome.overtaken).toBe(0);
  expect(outcome.matched).toBeGreaterThan(7);
  expect(await runs()).toMatchObject([{ matched: outcome.matched, overtaken: 0 }]);
  expect(await matchedCount()).toBe(12);
  await expectSoundBooks(app, books);
});

test("a thread without memory fails the run with a reason, and the server goes on", async () => {
  await addPairs(1_100);
  const run = await beginNewRun(app, books.organisation.id, "items");
  const failing = runInThread(app, run, () => {}, { heapMbMax: 24 });
  await expect(failing).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
  // The queue's next try takes the same run over.
  await matchTransactions(app, job());
  expect(await runs()).toMatchObject([{ id: run.runId, status: "complete", matched: 1_100 }]);
}, 60_000);

test("what a dead attempt left running goes on under the next, and the dead one writes nothing more", async () => {
  await addPairs(10);
  const dead = await beginRun(app, books.organisation.id, { trigger: "sync" });
  expect(dead).not.toBeNull();
  await matchTransactions(app, { ...job(), trigger: "items" });
  expect(await runs()).toMatchObject([{ id: dead?.runId, trigger: "sync", status: "complete" }]);
  await addPairs(3, 20);
  if (dead === null) return;
  await expect(performRun(app, dead, () => {})).rejects.toMatchObject({ code: "RUN_OVERTAKEN" });
  expect(await matchedCount()).toBe(10);
});

test("a run by hand waits in a queue of its own; asked for again while it waits, it is the same", async () => {
  await addPairs(2);
  const viewer = viewerIn(books.organisation);
  const [asked, again] = await Promise.all([matchNow(app, viewer), matchNow(app, viewer)]);
  expect(again.id).toBe(asked.id);
  await asOrganisation(app.database, books.organisation.id, (tx) => enqueueMatching(tx, "sync"));
  const { rows } = await app.database.pool.query(
    "SELECT queue_name FROM graphile_worker.jobs WHERE queue_name LIKE '%' || $1 ORDER BY 1",
    [books.organisation.id],
  );
  expect(rows.map(({ queue_name }) => queue_name.split(":")[0]).sort()).toEqual([
    "matching",
    "matching-by-hand",
  ]);
  expect(await runJobs(app)).toEqual([]);
  const all = await runs();
  expect(all.map(({ status }) => status)).toEqual(["complete", "complete"]);
  expect(all.find(({ id }) => id === asked.id)).toMatchObject({
    ...{ trigger: "manual", requestedBy: viewer.actor.name },
  });
  expect(await matchedCount()).toBe(2);
});
