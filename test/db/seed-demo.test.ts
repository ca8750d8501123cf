import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoSeed } from "../../prisma/seed.ts";
import { playDemo } from "../../server/launch/play-demo.ts";
import { seedDemo } from "../../server/launch/seed-demo.ts";
import { reviewAllStatements } from "../../server/src/features/accounts/review-all-statements.ts";
import { jobViewer } from "../../server/src/features/viewer.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { ask } from "../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestServer } from "../support/test-server.ts";
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
  const byHand = ["Client Deposits", "Petty Cash"];
  const shown = data.financialAccounts
    .filter(({ name }: { name: string }) => byHand.includes(name))
    .map(
      (account: {
        name: string;
        ledgerAccount: { number: string } | null;
        statementMonths: { month: string; dueOn: string; state: string }[];
      }) => [
        account.name,
        account.ledgerAccount?.number ?? null,
        ...account.statementMonths.map(
          ({ month, dueOn, state }) => `${month} ${state} by ${dueOn}`,
        ),
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

interface Item {
  readonly number: string;
  readonly counterpartyName: string;
  readonly status: string;
  readonly matches: readonly {
    readonly payments: readonly { readonly kind: string; readonly openItem: { number: string } }[];
  }[];
}

describe("once its people have been at work", () => {
  let server: RunningServer;

  beforeAll(async () => {
    const now = () => new Date("2027-01-05T09:30:00Z");
    server = await startTestServer(
      database.serverUrl,
      { poolSizeMax: 16, workerConcurrency: 4 },
      { worker: true, now },
    );
    await playDemo(server.url, "2027-01-05");
  }, 150_000);

  afterAll(() => server.stop());

  async function asCompany(document: string) {
    const { data, errors } = await ask(app, jobViewer(await company(), "Tests"), document);
    expect(errors).toEqual([]);
    return data;
  }

  test("has blocks whose statements were imported and matched by the product itself", async () => {
    const { blocks, importBatches, blockFigures, auto } = await asCompany(`{
      blocks { name unitCount leaseholderCount outstandingCount accounts { name } }
      importBatches { nodes { fileName status createdBy problemCount failedChecks { message } } }
      blockFigures { transactions matched unreconciled lastImport { fileName } }
      auto: bankTransactions(filter: { inBlocks: true, matchOrigin: AUTOMATIC }) { totalCount } }`);
    expect(blocks).toMatchObject([
      { name: "Lantern Yard", unitCount: 24, leaseholderCount: 24 },
      { name: "Quayside Court", unitCount: 14, leaseholderCount: 14 },
      { name: "Ropewalk House", unitCount: 12, leaseholderCount: 12 },
    ]);
    expect(importBatches.nodes).toHaveLength(6);
    for (const each of importBatches.nodes) {
      expect(each).toMatchObject({
        ...{ status: "COMPLETE", createdBy: "Sam Okafor" },
        ...{ problemCount: 0, failedChecks: [] },
      });
    }
    expect(blockFigures.transactions).toBeGreaterThan(250);
    expect(blockFigures.lastImport.fileName).toMatch(/service-charges-to-2027-01-05\.csv$/);
    expect(auto.totalCount).toBeGreaterThan(100);
    expect(blockFigures.matched).toBeGreaterThanOrEqual(auto.totalCount);
    expect(blockFigures.unreconciled).toBeGreaterThan(30);
    for (const { outstandingCount } of blocks) expect(outstandingCount).toBeGreaterThan(3);
  });

  test("has demands of every status", async () => {
    const counts = await asCompany(
      `{ ${["OPEN", "PART_PAID", "PAID"]
        .map(
          (status) =>
            `${status}: openItems(filter: { kinds: [DEMAND], statuses: [${status}] }) { totalCount }`,
        )
        .join(" ")} }`,
    );
    expect(counts.OPEN.totalCount).toBeGreaterThan(10);
    expect(counts.PART_PAID.totalCount).toBeGreaterThan(1);
    expect(counts.PAID.totalCount).toBeGreaterThan(100);
    // Demands and invoices are one sum in each currency.
    const { dashboard } = await asCompany(
      "{ dashboard { openReceivables { amount { currency } } } }",
    );
    const currencies = dashboard.openReceivables.map(
      ({ amount }: { amount: { currency: string } }) => amount.currency,
    );
    expect(currencies).toEqual(["EUR", "GBP", "USD"]);
  });

  test("has rules with hits, a profile that is tried, and a payer whose client was learned", async () => {
    const data = await asCompany(`{
      matchingRules { name hits }
      matchingProfiles { name version inUse }
      aliases { nodes { payerText clientName learnedBy } }
      oakes: bankTransactions(filter: { search: "OAKES" }) { nodes { status matchOrigin } }
      exchangeRates(first: 1) { nodes { day } } }`);
    for (const rule of data.matchingRules) expect(rule.hits, rule.name).toBeGreaterThan(5);
    expect(data.matchingRules).toHaveLength(2);
    expect(data.matchingProfiles).toContainEqual({
      ...{ name: "Demands, careful", version: 2, inUse: false },
    });
    expect(data.aliases.nodes).toEqual([
      { payerText: "M T OAKES", clientName: "Kestrel Lodge Hotel", learnedBy: "Sam Okafor" },
    ]);
    expect(data.oakes.nodes).toEqual([
      { status: "MATCHED", matchOrigin: "AUTOMATIC" },
      { status: "MATCHED", matchOrigin: "MANUAL" },
    ]);
    expect(data.exchangeRates.nodes).toHaveLength(1);
  });

  test("has payments that are not one for one, each with what made the difference", async () => {
    const { openItems, transfers } = await asCompany(`{
      openItems(first: 100, filter: { search: "WS-31" }) {
        nodes { number counterpartyName status matches { payments { kind openItem { number } } } } }
      transfers(first: 50) { nodes { id } } }`);
    const settledBy = (name: string) =>
      openItems.nodes
        .filter((item: Item) => item.counterpartyName === name)
        .map(({ number, status, matches }: Item) => {
          const payments = matches.flatMap((match) => match.payments);
          const own = payments.filter(({ openItem }) => openItem.number === number);
          return [status, ...own.map(({ kind }) => kind).sort()];
        });
    expect(settledBy("Maison Ferrand SARL")).toEqual([["PAID", "EXCHANGE_DIFFERENCE", "PAYMENT"]]);
    expect(settledBy("Tischlerei Ahorn GmbH")).toEqual([["PAID", "BANK_FEE", "PAYMENT"]]);
    expect(settledBy("Saltings Guest House")).toEqual([["PAID", "DISCOUNT", "PAYMENT"]]);
    expect(settledBy("Dovecote Farm Shop")).toEqual([["PAID", "PAYMENT", "ROUNDING"]]);
    expect(settledBy("Wychwood Schools Trust")).toEqual(Array(3).fill(["PAID", "PAYMENT"]));
    expect(settledBy("Amberley Interiors Ltd")).toEqual([["PAID", "PAYMENT", "PAYMENT"]]);
    expect(transfers.nodes.length).toBeGreaterThan(4);
  });

  test("is played once", async () => {
    const before = await asCompany("{ bankTransactions { totalCount } matchingRules { id } }");
    await playDemo(server.url, "2027-01-05");
    expect(await asCompany("{ bankTransactions { totalCount } matchingRules { id } }")).toEqual(
      before,
    );
  });
});
