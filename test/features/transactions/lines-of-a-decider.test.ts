/** The lines that one rule or run decided, and those that are sides of transfers, found by the list's filter. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let ruleId: string;
let firstRun: string;
let lines: Record<"paid" | "fee" | "out" | "in" | "nothing", string>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection, { name: "Current" });
  const reserve = await addAccount(app, organisation.id, connection, { name: "Reserve" });
  await addOpenItems(app, organisation.id, [{ number: "INV-2026-71", amountMinor: 10_111n }]);
  const add = (accountId: string, rows: Parameters<typeof addTransactions>[3]) =>
    addTransactions(app, organisation.id, accountId, rows);
  const [paid = "", fee = "", out = "", nothing = ""] = await add(account, [
    { reference: "INV-2026-71", amountMinor: 10_111n },
    { description: "CARD FEE", amountMinor: -350n },
    { description: "TRANSFER TO RESERVE", amountMinor: -77_700n },
    { description: "NOBODY KNOWS", amountMinor: 4_321n },
  ]);
  const [into = ""] = await add(reserve, [
    { description: "TRANSFER FROM CURRENT", amountMinor: 77_700n },
  ]);
  lines = { paid, fee, out, in: into, nothing };
  const rule = await asked(
    `mutation ($input: RuleInput!) { createRule(input: $input) { ... on MatchingRule { id } } }`,
    {
      input: {
        name: "Card fees",
        conditions: { texts: [{ field: "ANY", test: "CONTAINS", value: "card fee" }] },
        action: { kind: "EXCLUDE", reason: "Bank charges" },
      },
    },
  );
  ruleId = rule.createRule.id;
  await runMatching(app, organisation.id);
  const runs = await asked("{ matchingRuns(first: 1) { nodes { id } } }");
  firstRun = runs.matchingRuns.nodes[0].id;
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function asked(document: string, variables = {}, of = organisation) {
  const { data, errors } = await ask(app, viewerIn(of), document, variables);
  expect(errors).toEqual([]);
  return data;
}

/** Whose lines these are, by their names above. */
async function found(filter: object, of = organisation): Promise<string[]> {
  const { bankTransactions } = await asked(
    `query ($filter: BankTransactionFilter) {
      bankTransactions(first: 20, filter: $filter) { totalCount nodes { id } }
    }`,
    { filter },
    of,
  );
  const ids = bankTransactions.nodes.map(({ id }: { id: string }) => id);
  expect(bankTransactions.totalCount).toBe(ids.length);
  const names = Object.entries(lines).filter(([, id]) => ids.includes(id));
  expect(names.length).toBe(ids.length);
  return names.map(([name]) => name).sort();
}

test("a rule's lines are those on which its action stands", async () => {
  expect(await found({ ruleId })).toEqual(["fee"]);
});

test("a run's lines are what it matched, what its rules did and both sides of its transfers", async () => {
  expect(await found({ runId: firstRun })).toEqual(["fee", "in", "out", "paid"]);
});

test("transfers are apart from everything else that was left out", async () => {
  expect(await found({ transfer: true })).toEqual(["in", "out"]);
  expect(await found({ transfer: false, statuses: ["EXCLUDED"] })).toEqual(["fee"]);
});

test("another organisation's rule or run, and what is no id, find nothing", async () => {
  const other = await addOrganisation(app);
  expect(await found({ ruleId }, other)).toEqual([]);
  expect(await found({ runId: firstRun }, other)).toEqual([]);
  expect(await found({ runId: "no id" })).toEqual([]);
});

test("what is undone is no longer found by what had decided it", async () => {
  await asked(
    `mutation ($id: ID!) { undoDecisions(scope: RUN, id: $id, maySuggestAgain: true) { __typename } }`,
    { id: firstRun },
  );
  expect(await found({ runId: firstRun })).toEqual([]);
  expect(await found({ ruleId })).toEqual([]);
  expect(await found({ transfer: true })).toEqual([]);
});
