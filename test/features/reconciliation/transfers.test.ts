/** Transfers between own accounts through the API: found, confirmed, undone, declined, across currencies. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldTransaction,
} from "../../support/world.ts";
import { type Books, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;
let savings: string;
let euros: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
  const connection = await addConnection(app, books.organisation.id);
  savings = await addAccount(app, books.organisation.id, connection, { name: "Savings" });
  euros = await addAccount(app, books.organisation.id, connection, {
    name: "Euros",
    currency: "EUR",
  });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function asked(document: string, variables = {}, role: "owner" | "viewer" = "owner") {
  const { data, errors } = await ask(app, viewerIn(books.organisation, role), document, variables);
  expect(errors).toEqual([]);
  return data;
}

async function line(account: string, values: WorldTransaction): Promise<string> {
  const [id = ""] = await addTransactions(app, books.organisation.id, account, [values]);
  return id;
}

const transferFields = `id origin decidedBy voidedAt voidedBy voidReason out { id status } in { id status }
  evidence { signal label transactionValue otherValue } rule { id } run { id }`;

interface Pair {
  readonly out: string;
  readonly into: string;
}

async function change(field: string, { out, into }: Pair, role: "owner" | "viewer" = "owner") {
  const answer =
    field === "confirmTransfer"
      ? `... on Transfer { ${transferFields} }`
      : "... on BankTransaction { id status }";
  const data = await asked(
    `mutation ($o: ID!, $i: ID!) { ${field}(outTransactionId: $o, inTransactionId: $i) {
      __typename ${answer} ... on Problem { code message } } }`,
    { o: out, i: into },
    role,
  );
  return data[field];
}

const confirm = (pair: Pair, role?: "viewer") => change("confirmTransfer", pair, role);
const decline = (pair: Pair, role?: "viewer") => change("declineTransfer", pair, role);

async function undo(id: string, reason: string | null = null, maySuggestAgain = false) {
  const data = await asked(
    `mutation ($id: ID!, $reason: String, $maySuggestAgain: Boolean) {
      undoTransfer(id: $id, reason: $reason, maySuggestAgain: $maySuggestAgain) {
      __typename ... on Transfer { ${transferFields} } ... on Problem { code message } } }`,
    { id, reason, maySuggestAgain },
  );
  return data.undoTransfer;
}

async function seen(id: string): Promise<Answer["data"]> {
  const data = await asked(
    `query ($id: ID!) { bankTransaction(id: $id) { status exclusionReason transfer { id out { id } in { id } }
      transferCandidates { transaction { id } days amountDifference { amount currency } reasonNotAutomatic }
      history { summary } } }`,
    { id },
    "viewer",
  );
  return data.bankTransaction;
}

async function pair(out: WorldTransaction = {}, into: WorldTransaction = {}): Promise<Pair> {
  return {
    out: await line(books.accountId, { amountMinor: -50_000n, description: "To savings", ...out }),
    into: await line(savings, { amountMinor: 50_000n, description: "From current", ...into }),
  };
}

async function list() {
  return (await asked(`{ transfers { nodes { ${transferFields} } totalCount } }`, {}, "viewer"))
    .transfers;
}

const run = () => runMatching(app, books.organisation.id);

describe("confirmed by hand", () => {
  test("both lines are excluded as one, and told in the history of both", async () => {
    const both = await pair();
    const made = await confirm(both);
    expect(made).toMatchObject({
      __typename: "Transfer",
      origin: "MANUAL",
      decidedBy: viewerIn(books.organisation).actor.name,
      out: { id: both.out, status: "EXCLUDED" },
      in: { id: both.into, status: "EXCLUDED" },
    });
    expect(made.evidence.map(({ label }: Answer["data"]) => label).join(" ")).toMatch(/[A-Z].+\./);
    for (const id of [both.out, both.into]) {
      const told = await seen(id);
      expect(told).toMatchObject({
        status: "EXCLUDED",
        transfer: { id: made.id },
        transferCandidates: [],
      });
      expect(told.history[0].summary).toBe(
        "Said that it is a transfer between own accounts, and excluded it.",
      );
    }
    expect(await list()).toMatchObject({ nodes: [{ id: made.id }], totalCount: 1 });
  });

  test("may be any days apart, and of different amounts only across currencies", async () => {
    const far = await pair({}, { bookedOn: localDate("2026-10-01") });
    expect(await confirm(far)).toMatchObject({ __typename: "Transfer" });
    expect(await confirm(await pair({ amountMinor: -50_001n }))).toMatchObject({
      code: "INVALID_INPUT",
    });
    const out = await line(books.accountId, { amountMinor: -10_000n });
    const into = await line(euros, { amountMinor: 11_700n, currency: "EUR" });
    expect(await confirm({ out, into })).toMatchObject({ __typename: "Transfer" });
  });

  test("is refused where the two are no pair", async () => {
    const { out, into } = await pair();
    expect(await confirm({ out: into, into: out })).toMatchObject({ code: "INVALID_INPUT" });
    const same = await line(books.accountId, { amountMinor: 50_000n });
    expect(await confirm({ out, into: same })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await confirm({ out, into: out })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await confirm({ out, into: "nonsense" })).toMatchObject({ code: "NOT_FOUND" });
    const stranger = await openBooks(app);
    const [foreign = ""] = await addTransactions(
      app,
      stranger.organisation.id,
      stranger.accountId,
      [{ amountMinor: 50_000n }],
    );
    expect(await confirm({ out, into: foreign })).toMatchObject({ code: "NOT_FOUND" });
    expect(await confirm({ out, into }, "viewer")).toMatchObject({ code: "FORBIDDEN" });
    expect((await list()).totalCount).toBe(0);
  });

  test("is a conflict when one was matched, excluded, removed or is not posted", async () => {
    const matched = await pair();
    const [openItemId = ""] = await addOpenItems(app, books.organisation.id, [
      { amountMinor: 50_000n },
    ]);
    await asked(
      `mutation ($a: [AllocationInput!]!) { confirmMatch(allocations: $a) { __typename } }`,
      { a: [{ transactionId: matched.into, openItemId, amount: "500.00" }] },
    );
    expect(await confirm(matched)).toMatchObject({
      code: "CONFLICT",
      message: "The transaction is matched: undo that first.",
    });
    const excluded = await pair();
    await asked(
      `mutation ($id: ID!) { excludeTransaction(id: $id, reason: "Private") { __typename } }`,
      { id: excluded.out },
    );
    expect(await confirm(excluded)).toMatchObject({ code: "CONFLICT" });
    expect(await confirm(await pair({ pending: true }))).toMatchObject({ code: "CONFLICT" });
    const taken = await pair();
    await confirm(taken);
    expect(await confirm(taken)).toMatchObject({ code: "CONFLICT" });
    expect((await list()).totalCount).toBe(1);
  });

  test("of two who confirm one line at once one wins and the other gets a conflict", async () => {
    const { out, into } = await pair();
    const other = await line(savings, { amountMinor: 50_000n });
    const answers = await Promise.all([confirm({ out, into }), confirm({ out, into: other })]);
    expect(answers.map((one) => one.code ?? one.__typename).sort()).toEqual([
      "CONFLICT",
      "Transfer",
    ]);
  });
});

describe("undone", () => {
  test("both lines come back, and the pair is not found again until a person confirms it", async () => {
    const both = await pair();
    const { id } = await confirm(both);
    expect(await undo(id, " Not one ")).toMatchObject({
      voidReason: "Not one",
      voidedBy: viewerIn(books.organisation).actor.name,
      out: { status: "UNMATCHED" },
      in: { status: "UNMATCHED" },
    });
    expect(await undo(id)).toMatchObject({ code: "CONFLICT" });
    expect(await undo("nonsense")).toMatchObject({ code: "NOT_FOUND" });
    expect(await seen(both.out)).toMatchObject({
      ...{ status: "UNMATCHED", exclusionReason: null, transfer: null, transferCandidates: [] },
      history: [{ summary: "Undid the transfer and included it again: Not one." }, {}],
    });
    await run();
    expect((await list()).totalCount).toBe(0);
    const data = await asked("{ declinedTransfers { out { id } in { id } declinedBy } }");
    expect(data.declinedTransfers).toMatchObject([
      { out: { id: both.out }, in: { id: both.into } },
    ]);
    expect(await confirm(both)).toMatchObject({ __typename: "Transfer" });
    const after = await asked("{ declinedTransfers { declinedBy } }");
    expect(after.declinedTransfers).toEqual([]);
  });

  test("a slip that is taken back leaves the pair to be found again", async () => {
    const both = await pair();
    const { id } = await confirm(both);
    expect(await undo(id, null, true)).toMatchObject({ out: { status: "UNMATCHED" } });
    expect((await seen(both.out)).transferCandidates).toMatchObject([
      { transaction: { id: both.into } },
    ]);
    expect((await asked("{ declinedTransfers { declinedBy } }")).declinedTransfers).toEqual([]);
  });

  test("needs a reason that is no novel", async () => {
    const { id } = await confirm(await pair());
    expect(await undo(id, "x".repeat(501))).toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("found by a run", () => {
  test("a clear pair is taken with its evidence; what is excluded so is matched no more", async () => {
    const both = await pair(
      { description: "Transfer to Savings" },
      { description: "Transfer from current account" },
    );
    expect((await seen(both.out)).transferCandidates).toMatchObject([
      { transaction: { id: both.into }, days: 0, reasonNotAutomatic: null },
    ]);
    await run();
    const { nodes } = await list();
    expect(nodes).toMatchObject([
      { origin: "AUTOMATIC", out: { id: both.out }, in: { id: both.into } },
    ]);
    expect(nodes[0].evidence.length).toBeGreaterThan(1);
    expect(nodes[0].run).not.toBeNull();
  });

  test("of two that fit equally none is taken, and both are shown with why", async () => {
    const both = await pair({ description: "Transfer" }, { description: "Transfer" });
    const other = await line(savings, { amountMinor: 50_000n, description: "Transfer" });
    await run();
    expect((await list()).totalCount).toBe(0);
    const { transferCandidates } = await seen(both.out);
    expect(transferCandidates.map((one: Answer["data"]) => one.transaction.id).sort()).toEqual(
      [both.into, other].sort(),
    );
    for (const { reasonNotAutomatic } of transferCandidates) {
      expect(reasonNotAutomatic).toMatch(/^[A-Z].+\.$/);
    }
    // Declining one leaves the other clear.
    expect(await decline({ out: both.out, into: other })).toMatchObject({ id: both.out });
    expect((await seen(both.out)).transferCandidates).toHaveLength(1);
    await run();
    expect(await list()).toMatchObject({ nodes: [{ in: { id: both.into } }] });
  });

  test("across currencies by the rates that are loaded", async () => {
    const out = await line(books.accountId, {
      amountMinor: -10_000n,
      description: "Transfer to Euros",
    });
    const into = await line(euros, {
      ...{ amountMinor: 11_690n, currency: "EUR", description: "Transfer from current" },
    });
    await run();
    expect((await list()).totalCount).toBe(0);
    const loaded = await asked(
      `mutation ($rates: [RateInput!]!) { loadRates(rates: $rates) { __typename } }`,
      { rates: [{ base: "GBP", quote: "EUR", day: "2026-11-13", rate: "1.17" }] },
    );
    expect(loaded.loadRates.__typename).toBe("LoadedRows");
    expect((await seen(out)).transferCandidates).toMatchObject([
      { transaction: { id: into }, amountDifference: { amount: "-0.10", currency: "EUR" } },
    ]);
    await run();
    expect(await list()).toMatchObject({ nodes: [{ out: { id: out }, in: { id: into } }] });
  });

  test("a line that was included again is left alone", async () => {
    const both = await pair({ description: "Transfer to Savings" }, { description: "Transfer" });
    await run();
    expect((await list()).totalCount).toBe(1);
    await asked("mutation ($id: ID!) { includeTransaction(id: $id) { __typename } }", {
      id: both.into,
    });
    expect(await seen(both.out)).toMatchObject({ status: "UNMATCHED", transfer: null });
    await run();
    expect((await list()).totalCount).toBe(0);
  });
});

describe("declined", () => {
  test("twice is the same as once, and a live transfer cannot be", async () => {
    const both = await pair();
    expect(await decline(both, "viewer")).toMatchObject({ code: "FORBIDDEN" });
    expect(await decline(both)).toMatchObject({ id: both.out, status: "UNMATCHED" });
    expect(await decline(both)).toMatchObject({ id: both.out });
    const [row] = await readAsOrganisation(app.database, books.organisation.id, (sql) =>
      sql.query<{ count: bigint }>(
        "SELECT count(*) FROM audit_entry WHERE action = 'transfer.declined'",
      ),
    );
    // One for each line, once.
    expect(row?.count).toBe(2n);
    const live = await pair({ amountMinor: -7_000n }, { amountMinor: 7_000n });
    await confirm(live);
    expect(await decline(live)).toMatchObject({ code: "CONFLICT" });
  });
});

test("transfers are listed in pages, the last decided first", async () => {
  const ids: string[] = [];
  for (const amountMinor of [1_000n, 2_000n, 3_000n]) {
    ids.push((await confirm(await pair({ amountMinor: -amountMinor }, { amountMinor }))).id);
    app.advance(1_000);
  }
  const page = (
    await asked(
      "{ transfers(first: 2) { nodes { id } pageInfo { endCursor hasNextPage } totalCount } }",
    )
  ).transfers;
  expect(page).toMatchObject({
    nodes: [{ id: ids[2] }, { id: ids[1] }],
    totalCount: 3,
    pageInfo: { hasNextPage: true },
  });
  const rest = await asked("query ($after: String) { transfers(after: $after) { nodes { id } } }", {
    after: page.pageInfo.endCursor,
  });
  expect(rest.transfers.nodes).toEqual([{ id: ids[0] }]);
});
