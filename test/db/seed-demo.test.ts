import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoSeed } from "../../prisma/seed.ts";
import { seedDemo } from "../../server/launch/seed-demo.ts";
import { reviewAllStatements } from "../../server/src/features/accounts/review-all-statements.ts";
import { jobViewer } from "../../server/src/features/viewer.ts";
import { ask } from "../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs } from "../support/queue.ts";
import { createTestApp, type TestApp } from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl, { now: new Date("2027-01-05T09:30:00Z") });
  expect(await seedDemo(database.serverUrl, "2027-01-05")).toBe(true);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function company(name = "Harbour & Vale Ltd"): Promise<string> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ id: string }>(
    "SELECT id FROM organisation WHERE name = $1",
    [name],
  );
  await admin.end();
  return rows[0]?.id ?? "";
}

test("tells the same story of the same day", () => {
  expect(demoSeed("2027-01-05")).toEqual(demoSeed("2027-01-05"));
});

test("writes once", async () => {
  expect(await seedDemo(database.serverUrl, "2027-01-05")).toBe(false);
});

test("has a chart, a calendar, and accounts by hand with statements done, due and late", async () => {
  await reviewAllStatements(app);
  const { data, errors } = await ask(
    app,
    jobViewer(await company(), "Tests"),
    `{ ledgerAccounts { number kind }
       businessCalendar { weekendDays holidays { day name } }
       announcements { sentence }
       financialAccounts { name mask ledgerAccount { number } statementMonths { month dueOn state } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.ledgerAccounts.length).toBeGreaterThanOrEqual(25);
  expect(data.businessCalendar.holidays).toContainEqual({
    day: "2027-01-01",
    name: "New Year's Day",
  });
  expect(data.businessCalendar.holidays.at(-1).day.slice(0, 4)).toBe("2028");
  const shown = data.financialAccounts.map(
    (account: {
      name: string;
      ledgerAccount: { number: string } | null;
      statementMonths: { month: string; dueOn: string; state: string }[];
    }) => [
      account.name,
      account.ledgerAccount?.number ?? null,
      ...account.statementMonths.map(({ month, dueOn, state }) => `${month} ${state} by ${dueOn}`),
    ],
  );
  expect(shown).toEqual([
    [
      "Client Deposits",
      null,
      "2027-01-01 UPCOMING by 2027-02-05",
      "2026-12-01 DUE by 2027-01-08",
      "2026-11-01 LATE by 2026-12-07",
      "2026-10-01 DONE by 2026-11-06",
    ],
    [
      "Petty Cash",
      "1230",
      "2027-01-01 UPCOMING by 2027-02-05",
      "2026-12-01 DUE by 2027-01-08",
      "2026-11-01 DONE by 2026-12-07",
      "2026-10-01 DONE by 2026-11-06",
    ],
  ]);
  const sentences = data.announcements.map(({ sentence }: { sentence: string }) => sentence);
  expect(sentences.sort()).toEqual([
    "The statement of Client Deposits for December 2026 is due.",
    "The statement of Client Deposits for November 2026 is late.",
    "The statement of Petty Cash for December 2026 is due.",
  ]);
});

test("has blocks whose statements are brought in and matched by the product itself", async () => {
  expect(await runJobs(app)).toEqual([]);
  const { data, errors } = await ask(
    app,
    jobViewer(await company("Harbour & Vale Estates"), "Tests"),
    `{ blocks { name unitCount leaseholderCount outstandingCount accounts { name } }
       importBatches { nodes { fileName status } }
       blockFigures { transactions matched unreconciled excluded lastImport { fileName } }
       auto: bankTransactions(filter: { inBlocks: true, matchOrigin: AUTOMATIC }) { totalCount } }`,
  );
  expect(errors).toEqual([]);
  expect(data.blocks).toMatchObject([
    { name: "Quayside Court", unitCount: 12, leaseholderCount: 12 },
    { name: "Ropewalk House", unitCount: 6, leaseholderCount: 6 },
  ]);
  expect(data.importBatches.nodes.map(({ status }: { status: string }) => status)).toEqual([
    "COMPLETE",
    "COMPLETE",
  ]);
  const { transactions, matched, unreconciled } = data.blockFigures;
  expect(transactions).toBeGreaterThan(40);
  expect(data.auto.totalCount).toBeGreaterThanOrEqual(15);
  expect(matched).toBeGreaterThanOrEqual(15);
  expect(unreconciled).toBeGreaterThan(5);
  expect(data.blocks[0].outstandingCount).toBeGreaterThan(1);
});
