import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { syncConnection } from "../../../server/src/features/connections/sync-connection.ts";
import type { BankTransaction } from "../../../server/src/generated/prisma/client.ts";
import { startTestBank, type TestBank } from "../../support/bank.ts";
import {
  booksOf,
  comparison,
  connectBank,
  connectionOf,
  createBankApp,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addMatch,
  addOpenItems,
  addOrganisation,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;
let item: string;
let account: string;

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  app = await createBankApp(database.serverUrl, bank, receiver);
  organisation = await addOrganisation(app);
  connectionId = await connectBank(app, viewerIn(organisation), bank);
  await settle(app, bank);
  item = (await connectionOf(app, organisation.id, connectionId)).externalId ?? "";
  account = bank.running.sandbox.items.get(item).paths[0] ?? "";
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

afterEach(() => bank.running.sandbox.faults.clear());

interface BankRow {
  row: number;
  amount: string;
  description: string;
  pending: boolean;
}

const post = (row: Record<string, unknown>) =>
  bank.control<BankRow>("transactions", { account, amount: "100.00", ...row });

const idAtBank = (row: number) => bank.running.sandbox.items.get(item).transactionId(row);

async function bookFor(row: number): Promise<BankTransaction | undefined> {
  const externalId = idAtBank(row);
  return (await booksOf(app, organisation.id)).find((line) => line.externalId === externalId);
}

async function expectBooksToEqualBank() {
  const { books, bank: truth } = await comparison(app, organisation.id, bank, item);
  expect(books).toEqual(truth);
}

function runs() {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.syncRun.findMany({ orderBy: [{ startedAt: "asc" }, { id: "asc" }] }),
  );
}

function events(topic: string) {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.event.findMany({ where: { topic }, orderBy: { seq: "asc" } }),
  );
}

describe("a first sync", () => {
  test("brings all that the bank has, with accounts, balances and one succeeded run", async () => {
    await expectBooksToEqualBank();
    const connection = await connectionOf(app, organisation.id, connectionId);
    expect(connection.status).toBe("active");
    expect(connection.lastSyncAt).not.toBeNull();
    const accounts = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.financialAccount.findMany(),
    );
    expect(accounts).toHaveLength(bank.running.sandbox.items.get(item).paths.length);
    expect(accounts.every(({ balanceCurrentMinor }) => balanceCurrentMinor !== null)).toBe(true);
    expect((await runs()).map(({ status }) => status)).not.toContain("running");
  });

  test("waits for a provider that is not ready without a run that looks finished", async () => {
    const [first] = await runs();
    expect(first).toMatchObject({ trigger: "initial", status: "succeeded" });
    expect(first?.added).toBeGreaterThan(0);
  });

  test("keeps the provider's category where the organisation has it", async () => {
    const books = await booksOf(app, organisation.id);
    expect(books.some(({ categoryId }) => categoryId !== null)).toBe(true);
  });

  test("tells of every new row, in events of at most 200 ids", async () => {
    const told = (await events("bank_transactions.changed")).map(
      ({ payload }) => (payload as { added: string[] }).added,
    );
    const books = await booksOf(app, organisation.id);
    expect(told.flat().sort()).toEqual(books.map(({ id }) => id).sort());
    expect(Math.max(...told.map((ids) => ids.length))).toBeLessThanOrEqual(200);
  });
});

describe("the next sync", () => {
  test("brings a row that the bank posted, by its webhook", async () => {
    const { row } = await post({ description: "NEW ROW", amount: "12.34" });
    await settle(app, bank);
    expect(await bookFor(row)).toMatchObject({ amountMinor: 1_234n, description: "NEW ROW" });
    expect((await runs()).at(-1)).toMatchObject({ trigger: "webhook", added: 1, removed: 0 });
  });

  test("changes nothing and tells nothing when everything comes again", async () => {
    const before = await booksOf(app, organisation.id);
    const told = await events("bank_transactions.changed");
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.bankConnection.updateMany({ data: { cursor: null } }),
    );
    await syncNow();
    expect(await booksOf(app, organisation.id)).toEqual(before);
    expect(await events("bank_transactions.changed")).toEqual(told);
    expect((await runs()).at(-1)).toMatchObject({ added: 0, modified: 0, removed: 0 });
  });

  test("leaves out the pages it has read when the feed changes under it", async () => {
    await bank.control("bulk", { account, count: 1_200, days: 20 });
    await bank.control("faults", { name: "mutation_during_pagination", item_id: item, count: 2 });
    await settle(app, bank);
    expect(bank.running.sandbox.faults.list()).toEqual([]);
    await expectBooksToEqualBank();
  });

  test("reads on in the next job where the bound on pages stopped it", async () => {
    const bounded = { ...app, config: { ...app.config, syncPagesMax: 1 } };
    await bank.control("bulk", { account, count: 1_300, days: 20 });
    const before = (await connectionOf(app, organisation.id, connectionId)).cursor;
    await syncConnection(bounded, job("manual"));
    expect((await connectionOf(app, organisation.id, connectionId)).cursor).toBe(before);
    expect((await runs()).at(-1)).toMatchObject({ status: "running" });
    await settle(bounded, bank);
    await expectBooksToEqualBank();
    expect((await runs()).filter(({ status }) => status === "running")).toEqual([]);
  });

  test("keeps a line's id, category and exclusion when pending becomes posted", async () => {
    const { row } = await post({ description: "PENDING CARD", amount: "-40.00", pending: true });
    await settle(app, bank);
    const pending = await bookFor(row);
    const category = await asOrganisation(app.database, organisation.id, async (tx) => {
      const chosen = await tx.prisma.category.findFirstOrThrow({ orderBy: { name: "desc" } });
      await tx.prisma.bankTransaction.updateMany({
        where: { id: pending?.id ?? "" },
        data: {
          categoryId: chosen.id,
          categoryByPerson: true,
          excludedAt: new Date(),
          excludedBy: "Ada",
          exclusionReason: "private",
        },
      });
      return chosen.id;
    });
    const booked = await bank.control<BankRow>("transactions/book", { row, amount: "-44.00" });
    await settle(app, bank);
    expect(await bookFor(row)).toBeUndefined();
    expect(await bookFor(booked.row)).toMatchObject({
      id: pending?.id,
      amountMinor: -4_400n,
      pending: false,
      removedAt: null,
      categoryId: category,
      status: "excluded",
      exclusionReason: "private",
    });
    await expectBooksToEqualBank();
  });

  test("keeps the match of a pending row that is posted with the same amount", async () => {
    const { row } = await post({ amount: "250.00", pending: true });
    await settle(app, bank);
    await matched(row, 25_000n);
    const booked = await bank.control<BankRow>("transactions/book", { row });
    await settle(app, bank);
    expect(await bookFor(booked.row)).toMatchObject({ status: "matched", pending: false });
  });

  test("reopens what a row had settled when the bank changes its amount", async () => {
    const { row } = await post({ amount: "250.00" });
    await settle(app, bank);
    const { matchId, openItemId } = await matched(row, 25_000n);
    await bank.control("transactions/modify", { row, amount: "260.00" });
    await settle(app, bank);
    expect(await bookFor(row)).toMatchObject({ status: "unmatched", amountMinor: 26_000n });
    await expectReopened(matchId, openItemId, "The bank changed the amount of the transaction.");
  });

  test("marks a row that the bank removes and reopens what it had settled", async () => {
    const { row } = await post({ amount: "250.00" });
    await settle(app, bank);
    const { matchId, openItemId } = await matched(row, 25_000n);
    const { id } = (await bookFor(row)) ?? {};
    await bank.control("transactions/remove", { row });
    await settle(app, bank);
    expect(await bookFor(row)).toMatchObject({ id, status: "removed", allocatedMinor: 0n });
    await expectReopened(matchId, openItemId, "The bank removed the transaction.");
    const last = (await events("bank_transactions.changed")).at(-1)?.payload;
    expect(last).toMatchObject({ added: [], removed: [id] });
  });

  test("of two at once, one writes and the other nothing", async () => {
    await bank.control("bulk", { account, count: 700, days: 20 });
    await Promise.all([syncConnection(app, job("manual")), syncConnection(app, job("manual"))]);
    await settle(app, bank);
    await expectBooksToEqualBank();
    const staged = await asOrganisation(app.database, organisation.id, (tx) =>
      Promise.all([tx.prisma.stagedChange.count(), tx.prisma.syncLoop.count()]),
    );
    expect(staged).toEqual([0, 0]);
  });
});

describe("a provider in trouble", () => {
  test("is left alone for as long as it asks, and the connection heals by itself", async () => {
    await bank.control("faults", { name: "rate_limit", item_id: item, count: 20 });
    await post({ description: "LATER" });
    await bank.running.idle();
    await syncConnection(app, job("manual"));
    const limited = await connectionOf(app, organisation.id, connectionId);
    expect(limited).toMatchObject({ status: "degraded", syncFailures: 1 });
    expect(limited.syncNotBefore?.getTime()).toBeGreaterThan(app.now().getTime());
    const left = bank.running.sandbox.faults.list()[0]?.left;
    await syncConnection(app, job("webhook"));
    expect(bank.running.sandbox.faults.list()[0]?.left).toBe(left);
    bank.running.sandbox.faults.clear();
    app.advance(2 * 60_000);
    await settle(app, bank);
    expect(await connectionOf(app, organisation.id, connectionId)).toMatchObject({
      status: "active",
      statusReason: null,
      syncFailures: 0,
    });
    await expectBooksToEqualBank();
  });

  test.each(["internal_error", "connection_reset", "institution_down"])(
    "%s makes it degraded, not reconnect_required",
    async (name) => {
      await bank.control("faults", { name, item_id: item, count: 6 });
      await syncConnection(app, job("manual"));
      const connection = await connectionOf(app, organisation.id, connectionId);
      expect(connection.status).toBe("degraded");
      expect(connection.statusReason).not.toBeNull();
      expect((await runs()).at(-1)).toMatchObject({ status: "failed", errorCode: "temporary" });
      bank.running.sandbox.faults.clear();
      await settle(app, bank);
      expect((await connectionOf(app, organisation.id, connectionId)).status).toBe("active");
    },
  );
});

function job(trigger: "manual" | "webhook") {
  return { organisationId: organisation.id, connectionId, trigger };
}

async function syncNow() {
  await syncConnection(app, job("manual"));
  await settle(app, bank);
}

/** An invoice settled by the row, as if a person had matched it. */
async function matched(row: number, amountMinor: bigint) {
  const transaction = await bookFor(row);
  const [openItemId = ""] = await addOpenItems(app, organisation.id, [
    { amountMinor, currency: transaction?.currency ?? "" },
  ]);
  const matchId = await addMatch(app, organisation.id, {
    transactionId: transaction?.id ?? "",
    openItemId,
    amountMinor,
    currency: transaction?.currency ?? "",
  });
  return { matchId, openItemId };
}

async function expectReopened(matchId: string, openItemId: string, reason: string) {
  const { match, openItem, audits } = await asOrganisation(
    app.database,
    organisation.id,
    async (tx) => ({
      match: await tx.prisma.match.findFirst({ where: { id: matchId } }),
      openItem: await tx.prisma.openItem.findFirst({ where: { id: openItemId } }),
      audits: await tx.prisma.auditEntry.findMany({ where: { subjectId: matchId } }),
    }),
  );
  expect(match).toMatchObject({ voidReason: reason, voidedAt: expect.any(Date) });
  expect(openItem).toMatchObject({ status: "open", allocatedMinor: 0n });
  expect(audits).toMatchObject([{ action: "match.voided", detail: { reason } }]);
  expect((await events("matches.changed")).map(({ payload }) => payload)).toContainEqual({
    matchIds: [matchId],
    openItemIds: [openItemId],
  });
}
