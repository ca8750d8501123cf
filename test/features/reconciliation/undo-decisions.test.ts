/** Everything that one run, import or rule had decided, taken back as one. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { matchTransactions } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addImport } from "../../support/imports.ts";
import {
  addMatch,
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

const inBooks = <Row extends object>(text: string, values: unknown[] = []) =>
  asOrganisation(app.database, books.organisation.id, (tx) => tx.query<Row>(text, values));

/** Documents that name themselves in a payment each. @returns the transactions */
async function addPairs(count: number, from = 0): Promise<string[]> {
  const { organisation, accountId } = books;
  const pairs = Array.from({ length: count }, (_, index) => ({
    number: `INV-2026-${1_000 + 37 * (from + index)}`,
    amountMinor: BigInt(10_000 + 111 * (from + index)),
  }));
  await addOpenItems(app, organisation.id, pairs);
  const lines = pairs.map(({ number: reference, amountMinor }) => ({ reference, amountMinor }));
  return addTransactions(app, organisation.id, accountId, lines);
}

async function run(): Promise<string> {
  await matchTransactions(app, { organisationId: books.organisation.id, trigger: "items" });
  const [latest] = await inBooks<{ id: string }>(
    "SELECT id FROM matching_run ORDER BY id DESC LIMIT 1",
  );
  return latest?.id ?? "";
}

async function asked(source: string, variables: Record<string, unknown>, by = books) {
  const { data, errors } = await ask(app, viewerIn(by.organisation), source, variables);
  expect(errors).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document.
  return Object.values(data)[0] as any;
}

const undo = (variables: Record<string, unknown>, by = books) =>
  asked(
    `mutation ($scope: UndoScope!, $id: ID!, $reason: String, $maySuggestAgain: Boolean) {
      undoDecisions(scope: $scope, id: $id, reason: $reason, maySuggestAgain: $maySuggestAgain) {
        __typename
        ... on UndoneDecisions { matches transfers ruleHits }
        ... on Problem { code }
      }
    }`,
    variables,
    by,
  );

const preview = (variables: Record<string, unknown>, by = books) =>
  asked(
    `query ($scope: UndoScope!, $id: ID!) {
      undoPreview(scope: $scope, id: $id) {
        matches transactions openItems transfers ruleHits amount { amount currency } sample { id origin }
      }
    }`,
    variables,
    by,
  );

const declined = () =>
  inBooks<{ undoId: string | null }>(`SELECT undo_id AS "undoId" FROM declined_pair`);

test("a run that is undone leaves both sides as they were before it, and its pairs declined as one", async () => {
  await addPairs(12);
  const before = await bothSides(app, books);
  const id = await run();
  expect(await bothSides(app, books)).not.toEqual(before);
  const seen = await preview({ scope: "RUN", id });
  expect(seen).toMatchObject({ matches: 12, transactions: 12, openItems: 12, transfers: 0 });
  expect(seen.amount).toEqual([{ amount: "1273.26", currency: "GBP" }]);
  expect(seen.sample).toHaveLength(10);
  const answer = await undo({ scope: "RUN", id, reason: "The wrong profile" });
  expect(answer).toMatchObject({ matches: 12, transfers: 0, ruleHits: 0 });
  expect(await bothSides(app, books)).toEqual(before);
  await expectSoundBooks(app, books);
  const [undone, ...others] = await inBooks<{ id: string }>(
    "SELECT id, scope, reason FROM match_undo",
  );
  expect(others).toEqual([]);
  expect(undone).toMatchObject({ scope: "run", reason: "The wrong profile" });
  expect(await declined()).toEqual(Array(12).fill({ undoId: undone?.id }));
  expect(await inBooks("SELECT status, undone_by FROM matching_run WHERE id = $1", [id])).toEqual([
    { status: "undone", undone_by: viewerIn(books.organisation).actor.name },
  ]);
  expect(
    await inBooks("SELECT subject_id FROM audit_entry WHERE action = 'decisions.undone'"),
  ).toEqual([{ subject_id: id }]);
  expect(await preview({ scope: "RUN", id })).toMatchObject({ matches: 0, amount: [], sample: [] });
  expect(await undo({ scope: "RUN", id })).toMatchObject({ code: "CONFLICT" });
  await run();
  expect(await bothSides(app, books)).toEqual(before);
});

test("pairs that may be suggested again are matched by the next run", async () => {
  await addPairs(3);
  const id = await run();
  const after = await bothSides(app, books);
  expect(await undo({ scope: "RUN", id, maySuggestAgain: true })).toMatchObject({ matches: 3 });
  expect(await declined()).toEqual([]);
  await run();
  expect(await bothSides(app, books)).toEqual(after);
});

test("of an import, what was decided of its own lines is undone, and a match by hand stays", async () => {
  const { organisation, accountId } = books;
  const own = await addPairs(4);
  await addPairs(2, 10);
  const [byHand = ""] = await addTransactions(app, organisation.id, accountId, [
    { amountMinor: 77_00n },
  ]);
  const [item = ""] = await addOpenItems(app, organisation.id, [
    { number: "H-1", amountMinor: 77_00n },
  ]);
  await addMatch(app, organisation.id, {
    ...{ transactionId: byHand, openItemId: item, amountMinor: 77_00n },
  });
  const id = await addImport(app, organisation.id, {
    values: { status: "complete" },
    added: [...own, byHand],
  });
  await run();
  expect(await undo({ scope: "IMPORT", id })).toMatchObject({ matches: 4 });
  const { transactions } = await bothSides(app, books);
  const matched = transactions.filter(({ status }) => status === "matched").map((line) => line.id);
  expect(matched).toHaveLength(3);
  expect(matched).toContain(byHand);
  expect(matched.filter((line) => own.includes(line))).toEqual([]);
  await expectSoundBooks(app, books);
  expect(await undo({ scope: "IMPORT", id })).toMatchObject({ code: "CONFLICT" });
});

test("of a rule, its transfers, exclusions, categories and bookings are taken back", async () => {
  const { organisation, accountId } = books;
  const [out = "", into = "", excluded = "", categorised = "", booked = "", again = ""] =
    await addTransactions(app, organisation.id, accountId, [
      ...[{ amountMinor: -50_00n }, { amountMinor: 50_00n }, {}, {}, { amountMinor: 20_00n }, {}],
    ]);
  const [old, given] = [newId(), newId()];
  const state = `SELECT id, status, category_id, category_by_person, excluded_by, exclusion_reason
    FROM bank_transaction ORDER BY id`;
  await inBooks(
    "INSERT INTO category (organisation_id, id, name, kind) VALUES ($1, $2, 'Old', 'income'), ($1, $3, 'New', 'income')",
    [organisation.id, old, given],
  );
  await inBooks("UPDATE bank_transaction SET category_id = $2 WHERE id = $1", [categorised, old]);
  // Excluded by a person for a reason of their own, after the rule's exclusion had been lifted.
  await inBooks(
    "UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tess', exclusion_reason = 'Private' WHERE id = $1",
    [again],
  );
  const before = await inBooks(state);
  const rule = newId();
  await inBooks(
    `INSERT INTO matching_rule (organisation_id, id, position, name, conditions, action, created_by)
     VALUES ($1, $2, 1, 'Fees', '{}', '{}', 'Tess')`,
    [organisation.id, rule],
  );
  await inBooks(
    `UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tieout', exclusion_reason = 'Fees' WHERE id = ANY ($1::uuid[])`,
    [[out, into, excluded]],
  );
  await inBooks("UPDATE bank_transaction SET category_id = $2 WHERE id = $1", [categorised, given]);
  await inBooks(
    `INSERT INTO transfer (organisation_id, id, out_transaction_id, in_transaction_id, origin, rule_id, decided_by)
     VALUES ($1, $2, $3, $4, 'rule', $5, 'Tieout')`,
    [organisation.id, newId(), out, into, rule],
  );
  const hits = [
    [excluded, "exclude", { reason: "Fees" }],
    [again, "exclude", { reason: "Fees" }],
    [categorised, "categorise", { before: { categoryId: old, byPerson: false, given } }],
    [out, "transfer", {}],
  ];
  for (const [line, action, detail] of hits) {
    await inBooks(
      `INSERT INTO rule_hit (organisation_id, id, rule_id, rule_version, transaction_id, action, detail)
       VALUES ($1, $2, $3, 1, $4, $5, $6)`,
      [organisation.id, newId(), rule, line, action, JSON.stringify(detail)],
    );
  }
  const [item = ""] = await addOpenItems(app, organisation.id, [{ amountMinor: 20_00n }]);
  await inBooks("UPDATE open_item SET standalone_of = $2 WHERE id = $1", [item, booked]);
  const ids = { transactionId: booked, openItemId: item, amountMinor: 20_00n };
  const match = await addMatch(app, organisation.id, ids);
  await inBooks("UPDATE match SET origin = 'automatic', rule_id = $2 WHERE id = $1", [match, rule]);

  const scope = { scope: "RULE", id: rule };
  expect(await preview(scope)).toMatchObject({ matches: 1, transfers: 1, ruleHits: 4 });
  expect(await undo(scope)).toMatchObject({ matches: 1, transfers: 1, ruleHits: 4 });
  expect(await inBooks(state)).toEqual(before);
  expect(await inBooks("SELECT status FROM open_item")).toEqual([{ status: "void" }]);
  expect(await declined()).toEqual([]);
  expect(await inBooks("SELECT in_transaction_id FROM declined_transfer")).toEqual([
    { in_transaction_id: into },
  ]);
  expect(await undo(scope)).toMatchObject({ code: "CONFLICT" });
  await expectSoundBooks(app, books);
});

test("another tenant's run is not found, and a run that is going on is not undone", async () => {
  await addPairs(2);
  const id = await run();
  const after = await bothSides(app, books);
  const others = await openBooks(app);
  expect(await preview({ scope: "RUN", id }, others)).toBeNull();
  expect(await undo({ scope: "RUN", id }, others)).toMatchObject({ code: "NOT_FOUND" });
  expect(await undo({ scope: "RULE", id })).toMatchObject({ code: "NOT_FOUND" });
  await inBooks("UPDATE matching_run SET status = 'running' WHERE id = $1", [id]);
  expect(await undo({ scope: "RUN", id })).toMatchObject({ code: "CONFLICT" });
  expect(await bothSides(app, books)).toEqual(after);
});

test("of two who undo the same run at once, one does, and the amounts come back once", async () => {
  await addPairs(5);
  const before = await bothSides(app, books);
  const id = await run();
  const answers = await Promise.all([undo({ scope: "RUN", id }), undo({ scope: "RUN", id })]);
  expect(answers.map((answer) => answer.code ?? answer.matches).sort()).toEqual([5, "CONFLICT"]);
  expect(await bothSides(app, books)).toEqual(before);
  expect(await inBooks("SELECT FROM match_undo")).toHaveLength(1);
});
