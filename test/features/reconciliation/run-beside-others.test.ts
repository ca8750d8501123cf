/** A run beside people, other runs and whoever watches it. */
import { type ExecutionResult, parse, subscribe } from "graphql";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { Conflict } from "../../../server/src/features/errors.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { enqueueMatching } from "../../../server/src/features/reconciliation/enqueue-matching.ts";
import { excludeTransaction } from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import {
  matchTransactions,
  runMatching,
} from "../../../server/src/features/reconciliation/match-transactions.ts";
import { beginNewRun } from "../../../server/src/features/reconciliation/runs/begin-run.ts";
import { performRun } from "../../../server/src/features/reconciliation/runs/perform-run.ts";
import {
  matchNow,
  requestRun,
} from "../../../server/src/features/reconciliation/runs/request-run.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
import { schema } from "../../../server/src/graphql/schema.ts";
import { startWorker } from "../../../server/src/jobs/worker.ts";
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
  app = await createTestApp(database.serverUrl, {
    ...{ live: true, now: new Date() },
    config: { workerConcurrency: 6, poolSizeMax: 14 },
  });
});

beforeEach(async () => {
  books = await openBooks(app);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

/** Documents that name themselves in a payment each. */
async function addPairs(count: number, of = books) {
  const pairs = Array.from({ length: count }, (_, index) => ({
    number: `INV-2026-${1_000 + 37 * index}`,
    amountMinor: BigInt(10_000 + 111 * index),
  }));
  const items = await addOpenItems(app, of.organisation.id, pairs);
  const lines = pairs.map(({ number: reference, amountMinor }) => ({ reference, amountMinor }));
  return { items, lines: await addTransactions(app, of.organisation.id, of.accountId, lines) };
}

const viewer = () => viewerIn(books.organisation);

const inBooks = <Row extends object>(text: string, of = books) =>
  asOrganisation(app.database, of.organisation.id, (tx) => tx.query<Row>(text));

/** A run, and what somebody does at the moment at which it begins to write. */
async function runWhile(act: () => Promise<unknown>) {
  const run = await beginNewRun(app, books.organisation.id, "items");
  let acting: Promise<PromiseSettledResult<unknown>[]> | undefined;
  const outcome = await performRun(app, run, ({ step }) => {
    if (step === "writing") acting ??= Promise.allSettled([act()]);
  });
  const [acted] = (await acting) ?? [];
  if (!acted) throw new Error("the run came to write");
  if (acted.status === "rejected") expect(acted.reason).toBeInstanceOf(Conflict);
  return { ...outcome, won: acted.status === "fulfilled" };
}

test.each(["confirms", "excludes"] as const)(
  "somebody %s what a run is about to match: one wins, and the other is told",
  async (does) => {
    const { lines, items } = await addPairs(6);
    const [transactionId = "", , third = ""] = lines;
    // Crosswise: the run wants this line for another item, and this item for another line.
    const match = { transactionId, openItemId: items[1] ?? "", amount: "5.00" };
    const { won, matched, overtaken } = await runWhile(() =>
      does === "confirms"
        ? confirmMatch(app, viewer(), [match])
        : excludeTransaction(app, viewer(), { id: third, reason: "Private" }),
    );
    expect(matched + overtaken).toBe(6);
    expect(overtaken).toBe(won ? (does === "confirms" ? 2 : 1) : 0);
    await expectSoundBooks(app, books);
    const rest = (await bothSides(app, books)).transactions.filter(
      ({ status }) => status === "matched",
    );
    expect(rest).toHaveLength(matched);
  },
  60_000,
);

test("somebody takes back a part payment while a run adds the rest of the item", async () => {
  const { organisation, accountId } = books;
  const [item = ""] = await addOpenItems(app, organisation.id, [
    { number: "INV-2026-4711", amountMinor: 100_00n },
  ]);
  const [first = ""] = await addTransactions(app, organisation.id, accountId, [
    { amountMinor: 60_00n },
  ]);
  const allocation = { transactionId: first, openItemId: item, amount: "60.00" };
  const { match } = await confirmMatch(app, viewer(), [allocation]);
  await addTransactions(app, organisation.id, accountId, [
    { amountMinor: 40_00n, reference: "INV-2026-4711" },
  ]);
  const { matched, overtaken } = await runWhile(() =>
    voidMatch(app, viewer(), { id: match.id, reason: null }),
  );
  expect(matched + overtaken).toBe(1);
  await expectSoundBooks(app, books);
  const [left] = (await bothSides(app, books)).items;
  expect(left?.allocated).toBe(matched === 1 ? 40_00n : 0n);
});

test("several runs at once match each pair once, and count what they lost", async () => {
  await addPairs(40);
  const { id } = books.organisation;
  const outcomes = await Promise.all([1, 2, 3].map(() => runMatching(app, id)));
  expect(outcomes.reduce((sum, { matched }) => sum + matched, 0)).toBe(40);
  await expectSoundBooks(app, books);
});

test("two runs of one organisation go on at a time, and another's beside them", async () => {
  const others = await openBooks(app);
  await addPairs(3);
  await addPairs(2, others);
  const holder = await app.database.pool.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT set_config('tieout.organisation_id', $1, true)", [
    books.organisation.id,
  ]);
  // Whatever of this organisation comes to write waits here.
  await holder.query("SELECT FROM bank_transaction FOR UPDATE");
  await asOrganisation(app.database, books.organisation.id, async (tx) => {
    await enqueueMatching(tx, "sync");
    await requestRun(tx, viewer(), { trigger: "rule", at: app.now() });
  });
  await matchNow(app, viewer());
  const underWay = () =>
    inBooks<{ trigger: string }>(
      "SELECT trigger FROM matching_run WHERE status = 'running' AND attempt IS NOT NULL ORDER BY trigger",
    );
  const worker = await startWorker(app);
  try {
    await until(async () => (await underWay()).length === 2);
    for (const trigger of ["import", "items"] as const) {
      await inQueue(books, trigger);
      await inQueue(others, trigger);
      await until(async () => {
        const [row] = await inBooks<{ done: boolean }>(
          `SELECT count(*) > 0 AS done FROM matching_run WHERE status = 'complete' AND trigger = '${trigger}'`,
          others,
        );
        return row?.done ?? false;
      });
      expect(await underWay()).toMatchObject([{}, { trigger: "sync" }]);
    }
    await holder.query("ROLLBACK");
    await until(async () => {
      const rows = await inBooks<{ status: string }>("SELECT status FROM matching_run");
      return rows.length >= 4 && rows.every(({ status }) => status === "complete");
    });
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
    await worker.stop();
  }
  await expectSoundBooks(app, books);
  await expectSoundBooks(app, others);
}, 60_000);

test("who watches is told that a run begins, goes on and is through", async () => {
  await addPairs(1_000);
  const after = (await app.hub.cursor(books.organisation.id)).toString(36);
  const told = await follow(after);
  const done = matchTransactions(app, { organisationId: books.organisation.id, trigger: "sync" });
  const seen: { status: string; step: string | null; progress: number; matched: number }[] = [];
  while (seen.at(-1)?.status !== "COMPLETE") {
    const { value } = await told.next();
    seen.push(...value.data.matchingChanged.runs);
  }
  await done;
  await told.return(undefined);
  expect(seen.at(-1)).toMatchObject({ step: null, progress: 1, matched: 1_000 });
  const before = seen.filter(({ status }) => status === "RUNNING");
  expect(before.length).toBeGreaterThan(0);
  const steps = ["LOADING", "RULES", "TRANSFERS", "DECIDING", "WRITING"];
  const places = before.map(({ step }) => steps.indexOf(step ?? ""));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
}, 60_000);

function inQueue(of: Books, trigger: "import" | "items"): Promise<void> {
  return asOrganisation(app.database, of.organisation.id, (tx) => enqueueMatching(tx, trigger));
}

// biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document.
async function follow(after: string): Promise<AsyncGenerator<any>> {
  const result = await subscribe({
    schema,
    document: parse(`subscription ($after: Cursor) { matchingChanged(after: $after) {
      runs { status step progress matched } } }`),
    variableValues: { after },
    contextValue: { app, viewer: viewerIn(books.organisation, "viewer"), http: null },
  });
  if (!(Symbol.asyncIterator in result)) throw new TypeError(JSON.stringify(result));
  return result as AsyncGenerator<ExecutionResult>;
}

/** Looks until it is so: what is waited for is the worker's own doing, with no time of its own. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
