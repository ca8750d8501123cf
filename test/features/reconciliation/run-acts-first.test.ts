/** What a run does before it matches: its organisation's rules act, and transfers are found. And how it is taken back. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { matchTransactions } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { createRule } from "../../../server/src/features/reconciliation/rules/create-rule.ts";
import { readRules } from "../../../server/src/features/reconciliation/rules/matching-rule.ts";
import type { RuleActionInput } from "../../../server/src/features/reconciliation/rules/rule-input.ts";
import { actBeforeMatching } from "../../../server/src/features/reconciliation/runs/act-before-matching.ts";
import { beginNewRun } from "../../../server/src/features/reconciliation/runs/begin-run.ts";
import { loadOpenBooks } from "../../../server/src/features/reconciliation/runs/load-open-books.sql.ts";
import {
  type MatchingRun,
  matchingRunColumns,
} from "../../../server/src/features/reconciliation/runs/matching-run.ts";
import { loadForTransfers } from "../../../server/src/features/reconciliation/transfers/apply-transfers.ts";
import { declineTransfer } from "../../../server/src/features/reconciliation/transfers/decline-transfer.ts";
import { undoDecisions } from "../../../server/src/features/reconciliation/undo/undo-decisions.ts";
import type { UndoScope } from "../../../server/src/features/reconciliation/undo/undo-scope.sql.ts";
import { jobViewer } from "../../../server/src/features/viewer.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldTransaction,
} from "../../support/world.ts";
import { type Books, expectSoundBooks, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;
let savings: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
  savings = await addAccount(app, books.organisation.id, null, {
    ...{ name: "Savings", mask: "9876", externalId: null, institutionName: "Bank of Tests" },
  });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const inBooks = <Row extends object>(text: string, values: unknown[] = []) =>
  asOrganisation(app.database, books.organisation.id, (tx) => tx.query<Row>(text, values));

const viewer = () => viewerIn(books.organisation);

const addRule = (name: string, says: string, action: RuleActionInput) =>
  createRule(app, viewer(), {
    ...{ name, action },
    conditions: { texts: [{ field: "any", test: "contains", value: says }] },
  });

async function addLine(line: WorldTransaction, accountId = books.accountId): Promise<string> {
  const [id = ""] = await addTransactions(app, books.organisation.id, accountId, [line]);
  return id;
}

async function addCategory(name: string): Promise<string> {
  const id = newId();
  await inBooks(
    "INSERT INTO category (organisation_id, id, name, kind) VALUES ($1, $2, $3, 'expense')",
    [books.organisation.id, id, name],
  );
  return id;
}

async function run(): Promise<MatchingRun> {
  await matchTransactions(app, { organisationId: books.organisation.id, trigger: "sync" });
  const [latest] = await inBooks<MatchingRun>(
    `SELECT ${matchingRunColumns} FROM matching_run WHERE trigger = 'sync' ORDER BY id DESC LIMIT 1`,
  );
  if (!latest) throw new Error("there is a run");
  return latest;
}

/** Everything that a decision may change, but the moment of the last change. */
const state = () =>
  inBooks(`SELECT to_jsonb(r) - 'updated_at' AS row FROM bank_transaction r
    UNION ALL SELECT to_jsonb(o) - 'updated_at' FROM open_item o WHERE o.standalone_of IS NULL ORDER BY 1`);

const lineOf = async (id: string) => {
  const [line] = await inBooks<{
    status: string;
    category: string | null;
    reason: string | null;
  }>(
    `SELECT status, category_id AS category, exclusion_reason AS reason FROM bank_transaction WHERE id = $1`,
    [id],
  );
  return line;
};

const undo = (scope: UndoScope, id: string, maySuggestAgain = false) =>
  undoDecisions(app, viewer(), { scope, id, reason: null, maySuggestAgain });

/** One line for each thing that a run can do before it matches, and what it says. */
async function addStory() {
  const fees = await addCategory("Fees");
  const rules = {
    fee: await addRule("Fees", "service fee", {
      ...{ kind: "categorise", categoryId: fees },
    }),
    coffee: await addRule("Coffee", "coffee house", {
      ...{ kind: "categorise", categoryId: fees, standalone: true },
    }),
    private: await addRule("Private", "gym", { kind: "exclude", reason: "Private" }),
    client: await addRule("Birch", "ref 7788", { kind: "match_client", clientName: "Birch Ltd" }),
    sweep: await addRule("Sweep", "nightly sweep", { kind: "transfer" }),
  };
  await addOpenItems(app, books.organisation.id, [
    { number: "INV-2026-5101", counterpartyName: "Birch Ltd", amountMinor: 321_00n },
    { number: "INV-2026-5202", counterpartyName: "Acorn Ltd", amountMinor: 77_77n },
    { number: "FEE-2026-5303", counterpartyName: "Bank", amountMinor: 9_90n, kind: "expense" },
  ]);
  const lines = {
    // Categorised, and then matched by the same run.
    fee: await addLine({ amountMinor: -9_90n, description: "Service fee FEE-2026-5303" }),
    coffee: await addLine({ amountMinor: -4_50n, description: "COFFEE HOUSE 12" }),
    private: await addLine({ amountMinor: -30_00n, description: "Gym, monthly" }),
    client: await addLine({
      ...{ amountMinor: 321_00n, description: "Ref 7788", reference: "INV-2026-5101" },
    }),
    sweep: await addLine({ amountMinor: -888_00n, description: "Nightly sweep" }),
    out: await addLine({ amountMinor: -1_500_00n, description: "Transfer to Savings 9876" }),
    into: await addLine({ amountMinor: 1_500_00n, description: "Transfer received" }, savings),
    plain: await addLine({ amountMinor: 77_77n, reference: "INV-2026-5202" }),
  };
  return { rules, lines, fees };
}

test("rules act first, then transfers are found, and the rest is matched", async () => {
  const { rules, lines, fees } = await addStory();
  const done = await run();
  expect(done).toMatchObject({ status: "complete", ruled: 5, transfers: 1, overtaken: 0 });
  // Three by their documents, and the coffee that a rule booked.
  expect(done.matched).toBe(4);
  expect(await lineOf(lines.fee)).toMatchObject({ status: "matched", category: fees });
  expect(await lineOf(lines.coffee)).toMatchObject({ status: "matched", category: fees });
  expect(await lineOf(lines.private)).toMatchObject({ status: "excluded", reason: "Private" });
  expect(await lineOf(lines.client)).toMatchObject({ status: "matched" });
  expect(await lineOf(lines.plain)).toMatchObject({ status: "matched" });
  for (const id of [lines.sweep, lines.out, lines.into]) {
    expect(await lineOf(id)).toMatchObject({ status: "excluded" });
  }
  const matches = await inBooks<{ line: string; rule: string | null; run: string }>(
    `SELECT p.transaction_id AS line, m.rule_id AS rule, m.run_id AS run FROM match m
     JOIN payment p ON p.match_id = m.id`,
  );
  const ruleOf = new Map(matches.map(({ line, rule }) => [line, rule]));
  expect(ruleOf.get(lines.client)).toBe(rules.client.id);
  expect(ruleOf.get(lines.coffee)).toBe(rules.coffee.id);
  expect(ruleOf.get(lines.plain)).toBeNull();
  expect(ruleOf.get(lines.fee)).toBeNull();
  expect(new Set(matches.map((match) => match.run))).toEqual(new Set([done.id]));
  const transfers = await inBooks(
    `SELECT out_transaction_id AS out, in_transaction_id AS into, origin, rule_id AS rule, run_id AS run
     FROM transfer ORDER BY origin`,
  );
  expect(transfers).toEqual([
    { out: lines.out, into: lines.into, origin: "automatic", rule: null, run: done.id },
    { out: lines.sweep, into: null, origin: "rule", rule: rules.sweep.id, run: done.id },
  ]);
  await expectSoundBooks(app, books);
});

test("the log and the subscribers are told of each line, and a second run does nothing again", async () => {
  const { lines } = await addStory();
  await inBooks("SELECT 1");
  await run();
  const log = await inBooks<{ line: string; action: string }>(
    `SELECT subject_id AS line, action FROM audit_entry WHERE subject_kind = 'bank_transaction' ORDER BY id`,
  );
  const actions = (id: string) => log.filter(({ line }) => line === id).map((one) => one.action);
  expect(actions(lines.fee)).toEqual(["bank_transaction.categorised", "match.proposed"]);
  expect(actions(lines.private)).toEqual(["bank_transaction.excluded"]);
  expect(actions(lines.client)).toEqual(["bank_transaction.client_named", "match.proposed"]);
  expect(actions(lines.coffee)).toContain("match.proposed");
  for (const id of [lines.sweep, lines.out, lines.into]) {
    expect(actions(id)).toEqual(["transfer.found"]);
  }
  const told = await inBooks<{ changed: string[] }>(
    `SELECT payload->'changed' AS changed FROM event WHERE topic = 'bank_transactions.changed'`,
  );
  const changed = new Set(told.flatMap((event) => event.changed));
  expect(Object.values(lines).filter((id) => !changed.has(id))).toEqual([]);
  const before = await state();
  const again = await run();
  expect(again).toMatchObject({ ruled: 0, transfers: 0, matched: 0, overtaken: 0 });
  expect(await state()).toEqual(before);
  expect(await inBooks("SELECT FROM rule_hit")).toHaveLength(5);
});

test("a run that is undone gives back all that rules, transfers and matches had done", async () => {
  await addStory();
  const before = await state();
  const { id } = await run();
  expect(await undo("run", id)).toEqual({ matches: 4, transfers: 2, ruleHits: 5 });
  expect(await state()).toEqual(before);
  await expectSoundBooks(app, books);
  // What was taken back is not done again by the next one.
  const next = await run();
  expect(next).toMatchObject({ ruled: 0, transfers: 0, matched: 0 });
  expect(await state()).toEqual(before);
});

test("a run that is undone and may suggest again is followed by one that does the same", async () => {
  await addStory();
  const before = await state();
  const first = await run();
  const after = await inBooks("SELECT id, status, category_id FROM bank_transaction ORDER BY id");
  await undo("run", first.id, true);
  expect(await state()).toEqual(before);
  const second = await run();
  expect(second).toMatchObject({ ruled: 5, transfers: 1, matched: first.matched });
  expect(await inBooks("SELECT id, status, category_id FROM bank_transaction ORDER BY id")).toEqual(
    after,
  );
  await undo("run", second.id);
  expect(await state()).toEqual(before);
});

test("each rule is undone by itself, and nothing of the others", async () => {
  const { rules, lines } = await addStory();
  const before = new Map<string, unknown>();
  const rowOf = async (id: string) => {
    const [found] = await inBooks<{ row: unknown }>(
      "SELECT to_jsonb(r) - 'updated_at' AS row FROM bank_transaction r WHERE id = $1",
      [id],
    );
    return found?.row;
  };
  for (const id of Object.values(lines)) before.set(id, await rowOf(id));
  await run();
  const cases = [
    ["private", { matches: 0, transfers: 0, ruleHits: 1 }],
    ["client", { matches: 1, transfers: 0, ruleHits: 1 }],
    ["sweep", { matches: 0, transfers: 1, ruleHits: 1 }],
    ["coffee", { matches: 1, transfers: 0, ruleHits: 1 }],
  ] as const;
  for (const [name, counts] of cases) {
    expect(await undo("rule", rules[name].id)).toEqual(counts);
    expect(await rowOf(lines[name])).toEqual(before.get(lines[name]));
  }
  expect(await undo("rule", rules.fee.id)).toEqual({ matches: 0, transfers: 0, ruleHits: 1 });
  expect(await lineOf(lines.fee)).toMatchObject({ status: "matched", category: null });
  expect(await lineOf(lines.plain)).toMatchObject({ status: "matched" });
  expect(await lineOf(lines.out)).toMatchObject({ status: "excluded" });
  await expectSoundBooks(app, books);
});

test("a line that came later into a transfer of a rule is taken out of it with its own run", async () => {
  const rule = await addRule("Sweep", "nightly sweep", { kind: "transfer" });
  const out = await addLine({ amountMinor: -888_00n, description: "Nightly sweep" });
  const first = await run();
  const into = await addLine({ amountMinor: 888_00n, description: "Nightly sweep" }, savings);
  const before = await state();
  const sides = () =>
    inBooks(`SELECT out_transaction_id AS out, in_transaction_id AS into FROM transfer
      WHERE voided_at IS NULL`);
  const second = await run();
  expect(await sides()).toEqual([{ out, into }]);
  expect(await undo("run", second.id)).toEqual({ matches: 0, transfers: 0, ruleHits: 1 });
  expect(await state()).toEqual(before);
  expect(await sides()).toEqual([{ out, into: null }]);
  // Both together, and what the rule did to either is undone with the transfer.
  await inBooks(
    "UPDATE rule_hit SET detail = detail || '{\"mayActAgain\": true}' WHERE undone_at IS NOT NULL",
  );
  await run();
  expect(await sides()).toEqual([{ out, into }]);
  expect(await undo("run", first.id, true)).toEqual({ matches: 0, transfers: 1, ruleHits: 1 });
  expect(await lineOf(into)).toMatchObject({ status: "unmatched" });
  expect(await lineOf(out)).toMatchObject({ status: "unmatched" });
  expect(await run()).toMatchObject({ ruled: 2 });
  expect(await undo("rule", rule.id)).toMatchObject({ transfers: 1, ruleHits: 2 });
  expect(await sides()).toEqual([]);
});

test("a pair that a person rejected is not found again", async () => {
  const outId = await addLine({ amountMinor: -600_00n, description: "Transfer to Savings 9876" });
  const into = { amountMinor: 600_00n, description: "Transfer received" };
  const inId = await addLine(into, savings);
  await declineTransfer(app, viewer(), { outTransactionId: outId, inTransactionId: inId });
  expect(await run()).toMatchObject({ transfers: 0 });
  expect(await lineOf(outId)).toMatchObject({ status: "unmatched" });
});

test("transfers are found where there is nothing to match them with", async () => {
  await addLine({ amountMinor: -600_00n, description: "Transfer to Savings 9876" });
  await addLine({ amountMinor: 600_00n, description: "Transfer received" }, savings);
  expect(await run()).toMatchObject({ items: 0, transfers: 1, matched: 0 });
});

test("of a line that changed before its rule acted, the change is what is matched", async () => {
  const categoryId = await addCategory("Fees");
  await addRule("Fees", "service fee", { kind: "categorise", categoryId });
  const id = await addLine({ amountMinor: -9_90n, description: "Service fee FEE-1" });
  const run = await beginNewRun(app, books.organisation.id, "items");
  const given = await asOrganisation(app.database, books.organisation.id, async (tx) => ({
    ...(await loadOpenBooks(
      (read) => read(tx),
      { transactions: 1, items: 0 },
      () => {},
    )),
    rules: await readRules(tx),
    surroundings: await loadForTransfers(tx, []),
  }));
  await inBooks("UPDATE bank_transaction SET description = 'Service fee FEE-2' WHERE id = $1", [
    id,
  ]);
  const { transactions } = await actBeforeMatching(
    { app, run, viewer: jobViewer(books.organisation.id, "Automatic matching") },
    given,
    () => {},
  );
  const [version] = await inBooks<{ xmin: string }>(
    "SELECT xmin::text FROM bank_transaction WHERE id = $1",
    [id],
  );
  expect(transactions).toMatchObject([
    {
      description: "Service fee FEE-2",
      version: Number(version?.xmin),
      bookedOn: localDate("2026-11-16"),
    },
  ]);
});
