/** Rules through the API: made, ordered, tried before they are saved, let act in a run, and warned of. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation, readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addBlock } from "../../support/imports.ts";
import {
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

type Role = "owner" | "admin" | "accountant" | "viewer";

async function asked(document: string, variables = {}, role: Role = "owner"): Promise<Answer> {
  return ask(app, viewerIn(books.organisation, role), document, variables);
}

const ruleFields = `id position name version enabled summary hits lastHitAt createdBy warnings { kind message otherRule { name } }
  conditions { texts { field test value } amountMin amountMax currency direction accounts { id } block { id } }
  action { kind category { name } standalone reason clientName }`;
const outcome = `{ __typename ... on MatchingRule { ${ruleFields} } ... on Problem { code message } }`;
const ofInput = outcome.replace(/}$/, "... on InvalidInputProblem { field } }");

/** A mutation's answer. */
async function change(
  field: string,
  types: string,
  variables: Record<string, unknown>,
  role: Role = "owner",
): Promise<Answer["data"]> {
  const args = Object.keys(variables).map((name) => `${name}: $${name}`);
  const answer = "input" in variables ? ofInput : outcome;
  const { data, errors } = await asked(
    `mutation (${types}) { ${field}(${args.join(", ")}) ${answer} }`,
    variables,
    role,
  );
  expect(errors).toEqual([]);
  return data[field];
}

const create = (input: object, role: Role = "owner") =>
  change("createRule", "$input: RuleInput!", { input }, role);
const update = (id: string, input: object) =>
  change("updateRule", "$id: ID!, $input: RuleInput!", { id, input });
const move = (id: string, position: number) =>
  change("moveRule", "$id: ID!, $position: Int!", { id, position });
const enable = (id: string, enabled: boolean) =>
  change("setRuleEnabled", "$id: ID!, $enabled: Boolean!", { id, enabled });
const archive = (id: string) => change("archiveRule", "$id: ID!", { id });

async function rules(role: Role = "viewer"): Promise<Answer["data"][]> {
  const { data, errors } = await asked(`{ matchingRules { ${ruleFields} } }`, {}, role);
  expect(errors).toEqual([]);
  return data.matchingRules;
}

async function preview(variables: Record<string, unknown>, role: Role = "owner"): Promise<Answer> {
  return asked(
    `query ($id: ID, $position: Int, $conditions: RuleConditionsInput!, $action: RuleActionInput!) {
      previewRule(id: $id, position: $position, conditions: $conditions, action: $action) {
        matching changing alreadyDecided bounded amount { amount currency }
        sample { transaction { id } effect conflict } warnings { kind message otherRule { name } } } }`,
    variables,
    role,
  );
}

async function previewed(variables: Record<string, unknown>): Promise<Answer["data"]> {
  const { data, errors } = await preview(variables);
  expect(errors).toEqual([]);
  return data.previewRule;
}

const contains = (value: string) => ({ texts: [{ field: "ANY", test: "CONTAINS", value }] });
const exclude = { kind: "EXCLUDE", reason: "Bank charges" };
const fees = { name: "Card fees", conditions: contains("card fee"), action: exclude };

const add = (lines: readonly WorldTransaction[]) =>
  addTransactions(app, books.organisation.id, books.accountId, lines);

const read = <Row extends object>(text: string, values: unknown[] = []) =>
  readAsOrganisation(app.database, books.organisation.id, (sql) => sql.query<Row>(text, values));

const run = () => runMatching(app, books.organisation.id);

async function category(name: string): Promise<string> {
  const [row] = await read<{ id: string }>("SELECT id FROM category WHERE name = $1", [name]);
  if (!row) throw new TypeError(`no category ${name}`);
  return row.id;
}

async function someCategories(): Promise<[string, string]> {
  const [a, b] = await read<{ name: string }>(
    "SELECT name FROM category WHERE kind = 'expense' ORDER BY name LIMIT 2",
  );
  return [a?.name ?? "", b?.name ?? ""];
}

describe("a rule", () => {
  test("is made with all that it may ask for, and told as one sentence", async () => {
    const [name] = await someCategories();
    const made = await create({
      name: "  Card\n fees ",
      conditions: {
        texts: [{ field: "DESCRIPTION", test: "ALL_WORDS", value: "card fee" }],
        amountMin: "1.00",
        amountMax: "5.00",
        currency: "gbp",
        direction: "OUT",
        accountIds: [books.accountId],
      },
      action: { kind: "CATEGORISE", categoryId: await category(name) },
    });
    expect(made).toMatchObject({
      position: 1,
      name: "Card fees",
      version: 1,
      enabled: true,
      hits: 0,
      lastHitAt: null,
      createdBy: `owner of ${books.organisation.name}`,
      conditions: {
        texts: [{ field: "DESCRIPTION", test: "ALL_WORDS", value: "card fee" }],
        ...{ amountMin: "1.00", amountMax: "5.00", currency: "GBP", direction: "OUT" },
        accounts: [{ id: books.accountId }],
        block: null,
      },
      action: { kind: "CATEGORISE", category: { name }, standalone: false, reason: null },
    });
    expect(made.summary).toMatch(
      /^Money out whose description has all words of “card fee”, from 1\.00 GBP to 5\.00 GBP, on .+: categorised as “.+”\.$/,
    );
  });

  test("gets a new version by other conditions or another action, not by another name", async () => {
    const { id } = await create(fees);
    expect(await update(id, { ...fees, name: "Fees" })).toMatchObject({ name: "Fees", version: 1 });
    expect(await update(id, { ...fees, conditions: contains("fee") })).toMatchObject({
      version: 2,
    });
    const other = { ...fees, conditions: contains("fee"), action: { ...exclude, reason: "Fees" } };
    expect(await update(id, other)).toMatchObject({ version: 3 });
    expect(await update(id, other)).toMatchObject({ version: 3 });
  });

  test("has a place in the order, without gaps, whatever is moved, added or archived", async () => {
    const names = ["A", "B", "C", "D"];
    const ids: string[] = [];
    for (const name of names) ids.push((await create({ ...fees, name })).id);
    const order = async () => (await rules()).map(({ name, position }) => `${position}${name}`);
    await move(ids[3] ?? "", 1);
    expect(await order()).toEqual(["1D", "2A", "3B", "4C"]);
    await move(ids[3] ?? "", 99);
    expect(await order()).toEqual(["1A", "2B", "3C", "4D"]);
    await move(ids[1] ?? "", -3);
    expect(await order()).toEqual(["1B", "2A", "3C", "4D"]);
    await create({ ...fees, name: "E", position: 2 });
    expect(await order()).toEqual(["1B", "2E", "3A", "4C", "5D"]);
    await archive(ids[0] ?? "");
    expect(await order()).toEqual(["1B", "2E", "3C", "4D"]);
    expect(await archive(ids[0] ?? "")).toMatchObject({ code: "NOT_FOUND" });
    expect(await update(ids[0] ?? "", fees)).toMatchObject({ code: "NOT_FOUND" });
  });

  test("that is made, changed or switched lets a run of matching follow; a new name does not", async () => {
    const runs = async () =>
      Number(
        (
          await read<{ count: bigint }>("SELECT count(*) FROM matching_run WHERE trigger = 'rule'")
        )[0]?.count,
      );
    const { id } = await create(fees);
    const first = await runs();
    expect(first).toBe(1);
    await update(id, { ...fees, name: "Other name" });
    expect(await runs()).toBe(first);
  });

  test("is changed only by those who may manage matching, and seen by all who see transactions", async () => {
    expect(await create(fees, "viewer")).toMatchObject({ code: "FORBIDDEN" });
    expect(await create(fees, "accountant")).toMatchObject({ __typename: "MatchingRule" });
    expect(await rules("viewer")).toHaveLength(1);
    const { errors } = await preview({ conditions: fees.conditions, action: exclude }, "viewer");
    expect(errors).toMatchObject([{ code: "FORBIDDEN" }]);
  });

  test("is told in the log by whom it was changed", async () => {
    const { id } = await create(fees);
    await update(id, { ...fees, name: "Fees" });
    await create({ ...fees, name: "Other" });
    await move(id, 2);
    await enable(id, false);
    await enable(id, false);
    await enable(id, true);
    await archive(id);
    const { data } = await asked(
      "query ($id: ID!) { auditEntries(subjectId: $id) { edges { node { summary } } } }",
      {
        id,
      },
    );
    expect(data.auditEntries.edges.map(({ node }: Answer["data"]) => node.summary)).toEqual([
      "Archived the rule “Fees”.",
      "Switched the rule “Fees” on.",
      "Switched the rule “Fees” off.",
      "Moved the rule “Fees” to place 2.",
      "Changed the rule “Fees”.",
      "Added the rule “Card fees”.",
    ]);
  });
});

describe("bad input is a typed problem", () => {
  const cases: [string, object, object][] = [
    ["no conditions", { ...fees, conditions: {} }, { code: "INVALID_INPUT", field: "conditions" }],
    [
      "a text of punctuation alone",
      { ...fees, conditions: contains("—!") },
      { code: "INVALID_INPUT", field: "conditions" },
    ],
    [
      "an empty text",
      { ...fees, conditions: contains("  ") },
      { code: "INVALID_INPUT", field: "conditions.texts" },
    ],
    [
      "a text that is too long",
      { ...fees, conditions: contains("x".repeat(201)) },
      { code: "INVALID_INPUT", field: "conditions.texts" },
    ],
    [
      "too many texts",
      {
        ...fees,
        conditions: { texts: Array.from({ length: 21 }, () => contains("x").texts[0]) },
      },
      { code: "INVALID_INPUT", field: "conditions.texts" },
    ],
    [
      "a lowest amount above the highest",
      { ...fees, conditions: { amountMin: "5.01", amountMax: "5.00", currency: "GBP" } },
      { code: "INVALID_INPUT", field: "conditions.amountMax" },
    ],
    [
      "an amount without a currency",
      { ...fees, conditions: { amountMin: "5" } },
      { code: "INVALID_INPUT", field: "conditions.currency" },
    ],
    [
      "an amount with a sign",
      { ...fees, conditions: { amountMin: "-5", currency: "GBP" } },
      { code: "INVALID_INPUT", field: "conditions.amountMin" },
    ],
    [
      "an amount finer than its currency",
      { ...fees, conditions: { amountMax: "5.001", currency: "GBP" } },
      { code: "INVALID_INPUT", field: "conditions.amountMax" },
    ],
    [
      "a currency that is none",
      { ...fees, conditions: { ...contains("x"), currency: "QQQ" } },
      { code: "INVALID_INPUT", field: "conditions.currency" },
    ],
    ["no name", { ...fees, name: "  " }, { code: "INVALID_INPUT", field: "name" }],
    ["a long name", { ...fees, name: "n".repeat(81) }, { code: "INVALID_INPUT", field: "name" }],
    [
      "no reason to exclude",
      { ...fees, action: { kind: "EXCLUDE" } },
      { code: "INVALID_INPUT", field: "action.reason" },
    ],
    [
      "no category",
      { ...fees, action: { kind: "CATEGORISE" } },
      { code: "INVALID_INPUT", field: "action.categoryId" },
    ],
    [
      "an unknown category",
      {
        ...fees,
        action: { kind: "CATEGORISE", categoryId: "0190b0a0-1111-7111-8111-111111111111" },
      },
      { code: "NOT_FOUND" },
    ],
    [
      "no client's name",
      { ...fees, action: { kind: "MATCH_CLIENT", clientName: " " } },
      { code: "INVALID_INPUT", field: "action.clientName" },
    ],
    [
      "an id that is none",
      { ...fees, conditions: { accountIds: ["nonsense"] } },
      { code: "NOT_FOUND" },
    ],
  ];

  test.each(cases)("%s", async (_what, input, problem) => {
    expect(await create(input)).toMatchObject(problem);
    expect(await rules()).toEqual([]);
  });

  test("another organisation's account, block and category are not there", async () => {
    const stranger = await openBooks(app);
    const block = await addBlock(app, stranger.organisation.id);
    const [foreign] = await readAsOrganisation(app.database, stranger.organisation.id, (sql) =>
      sql.query<{ id: string }>("SELECT id FROM category LIMIT 1"),
    );
    for (const input of [
      { ...fees, conditions: { accountIds: [stranger.accountId] } },
      { ...fees, conditions: { blockId: block } },
      { ...fees, action: { kind: "CATEGORISE", categoryId: foreign?.id } },
    ]) {
      expect(await create(input)).toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("an unknown rule is not there, whatever is wanted of it", async () => {
    const id = "0190b0a0-1111-7111-8111-111111111111";
    for (const answer of [
      await update(id, fees),
      await move(id, 1),
      await enable(id, false),
      await archive("nonsense"),
    ]) {
      expect(answer).toMatchObject({ code: "NOT_FOUND" });
    }
    const { errors } = await preview({ id, conditions: fees.conditions, action: exclude });
    expect(errors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("a preview", () => {
  test("counts what meets the rule, what it would act on, and what is decided already", async () => {
    const [open = "", waiting = "", gone = ""] = await add([
      { description: "CARD FEE October", amountMinor: -250n },
      { description: "Card fee November", amountMinor: -300n, pending: true },
      { description: "card-fee old", amountMinor: -400n },
      { description: "Rent", amountMinor: -400n },
      { description: "CARD FEE long ago", amountMinor: -100n, bookedOn: localDate("2025-01-02") },
      { description: "Card fee in dollars", amountMinor: -700n, currency: "USD" },
    ]);
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query(
        "UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tess', exclusion_reason = 'x' WHERE id = $1",
        [gone],
      ),
    );
    const told = await previewed({ conditions: contains("card fee"), action: exclude });
    expect(told).toMatchObject({
      matching: 4,
      changing: 2,
      alreadyDecided: 1,
      bounded: false,
      amount: [
        { amount: "9.50", currency: "GBP" },
        { amount: "7.00", currency: "USD" },
      ],
    });
    const effects = new Map(
      told.sample.map((one: Answer["data"]) => [one.transaction.id, one.effect]),
    );
    expect(effects.get(open)).toBe("Would be excluded as “Bank charges”.");
    expect(effects.get(waiting)).toBe("Waits: the bank has not posted it yet.");
    expect(effects.get(gone)).toBe("Stays as it is: it is matched or excluded already.");
    // Those that it would act on come first.
    expect(told.sample.slice(0, 2).map(({ effect }: Answer["data"]) => effect)).toEqual([
      "Would be excluded as “Bank charges”.",
      "Would be excluded as “Bank charges”.",
    ]);
  });

  test("writes nothing", async () => {
    await add([{ description: "card fee" }]);
    await create({ ...fees, enabled: false });
    const dump = () =>
      read(`SELECT (SELECT json_agg(t ORDER BY id) FROM bank_transaction t) AS t,
        (SELECT json_agg(r ORDER BY id) FROM matching_rule r) AS r, (SELECT count(*) FROM audit_entry) AS a,
        (SELECT count(*) FROM matching_run) AS m, (SELECT count(*) FROM rule_hit) AS h`);
    const before = await dump();
    await previewed({ conditions: contains("card"), action: exclude });
    expect(await dump()).toEqual(before);
  });

  test("leaves to an earlier rule what that one takes, and names the conflict", async () => {
    await add([{ description: "card fee" }, { description: "card fee refund" }]);
    await create({
      ...fees,
      name: "Refunds",
      conditions: contains("refund"),
      action: { ...exclude, reason: "Back" },
    });
    const last = await previewed({ conditions: contains("card fee"), action: exclude });
    expect(last).toMatchObject({ matching: 2, changing: 1 });
    expect(last.sample[1]).toMatchObject({
      effect: "Left to “Refunds”, which comes first.",
      conflict: "Refunds",
    });
    const first = await previewed({
      position: 1,
      conditions: contains("card fee"),
      action: exclude,
    });
    expect(first).toMatchObject({ matching: 2, changing: 2 });
    expect(first.warnings).toMatchObject([
      {
        kind: "CONFLICTING",
        message: "It comes before “Refunds”, which does something else with lines that meet both.",
      },
    ]);
  });

  test("of bad input is refused as saving it would be", async () => {
    const { errors } = await preview({ conditions: {}, action: exclude });
    expect(errors).toMatchObject([{ code: "INVALID_INPUT" }]);
  });
});

describe("what a preview says would change is what a run then changes", () => {
  interface Kept {
    id: string;
    status: string;
    category: string | null;
  }
  const lines: readonly WorldTransaction[] = [
    { description: "card fee one", amountMinor: -250n },
    { description: "CARD FEE two", amountMinor: -350n, counterpartyName: "Bank of Tests" },
    { description: "card fee three", amountMinor: 999n },
    { description: "card fee pending", amountMinor: -350n, pending: true },
    { description: "Rent", amountMinor: -90_000n },
    { description: "Nothing at all: card fee", amountMinor: 0n },
  ];
  const state = () =>
    read<Kept>("SELECT id, status, category_id AS category FROM bank_transaction ORDER BY id");

  const actions = async (): Promise<Record<string, object>> => {
    const [name] = await someCategories();
    const categoryId = await category(name);
    return {
      exclude,
      categorise: { kind: "CATEGORISE", categoryId },
      book: { kind: "CATEGORISE", categoryId, standalone: true },
      transfer: { kind: "TRANSFER" },
    };
  };

  test.each(["exclude", "categorise", "book", "transfer"])("%s", async (kind) => {
    const action = (await actions())[kind];
    await add(lines);
    const told = await previewed({ conditions: contains("card fee"), action });
    const saying = told.sample.filter(({ effect }: Answer["data"]) => effect.startsWith("Would"));
    expect(saying).toHaveLength(told.changing);
    const before = await state();
    const { id } = await create({ ...fees, action });
    await run();
    const after = await state();
    const changed = after
      .filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]))
      .map((row) => row.id);
    expect(changed.sort()).toEqual(
      saying.map(({ transaction }: Answer["data"]) => transaction.id).sort(),
    );
    const [rule] = await rules();
    expect(rule).toMatchObject({ id, hits: told.changing, lastHitAt: app.now().toISOString() });
    // Again, and there is nothing more to do, in the preview as in a run.
    expect((await previewed({ id, conditions: contains("card fee"), action })).changing).toBe(0);
    await run();
    expect(await state()).toEqual(after);
    expect((await rules())[0]).toMatchObject({ hits: told.changing });
  });

  test("the client that a rule names is recorded once for each line", async () => {
    await add(lines.slice(0, 2));
    const action = { kind: "MATCH_CLIENT", clientName: "Acorn Ltd" };
    expect((await previewed({ conditions: contains("card fee"), action })).changing).toBe(2);
    await create({ ...fees, action });
    await run();
    await run();
    expect((await rules())[0]).toMatchObject({ hits: 2 });
  });

  test("a category that a person chose stays, and what a person took back is not done again", async () => {
    const [first, second] = await someCategories();
    const [chosen = "", open = ""] = await add([
      { description: "card fee", amountMinor: -250n },
      { description: "card fee", amountMinor: -350n },
    ]);
    await asked(
      "mutation ($ids: [ID!]!, $categoryId: ID) { categoriseTransactions(ids: $ids, categoryId: $categoryId) { __typename } }",
      { ids: [chosen], categoryId: await category(second) },
    );
    const action = { kind: "CATEGORISE", categoryId: await category(first) };
    expect((await previewed({ conditions: contains("card fee"), action })).changing).toBe(1);
    await create({ ...fees, action });
    await run();
    const of = async (id: string) => (await state()).find((row) => row.id === id)?.category;
    expect(await of(chosen)).toBe(await category(second));
    expect(await of(open)).toBe(await category(first));
  });

  test("what was excluded by a rule and included again is left alone", async () => {
    const [id = ""] = await add([{ description: "card fee", amountMinor: -250n }]);
    const { id: ruleId } = await create(fees);
    await run();
    expect((await state())[0]?.status).toBe("excluded");
    await asked("mutation ($id: ID!) { includeTransaction(id: $id) { __typename } }", { id });
    const told = await previewed({ id: ruleId, conditions: fees.conditions, action: exclude });
    expect(told).toMatchObject({
      changing: 0,
      sample: [{ effect: "Left alone: what the rule did was taken back." }],
    });
    await run();
    expect((await state())[0]?.status).toBe("unmatched");
    expect((await rules())[0]).toMatchObject({ hits: 0 });
  });

  test("a rule that is switched off or archived does nothing", async () => {
    await add([{ description: "card fee" }]);
    const { id } = await create({ ...fees, enabled: false });
    await run();
    expect((await state())[0]?.status).toBe("unmatched");
    await enable(id, true);
    await archive(id);
    await run();
    expect((await state())[0]?.status).toBe("unmatched");
  });

  test("the first of several rules decides, and only what is open to it", async () => {
    const [first, second] = await someCategories();
    await add([{ description: "card fee", amountMinor: -250n }]);
    await create({ ...fees, action: { kind: "CATEGORISE", categoryId: await category(first) } });
    await create({ ...fees, action: { kind: "CATEGORISE", categoryId: await category(second) } });
    await run();
    expect((await state())[0]?.category).toBe(await category(first));
    expect((await rules()).map(({ hits }) => hits)).toEqual([1, 0]);
  });

  test("only the client's items are matched where a rule names who paid", async () => {
    const [line = ""] = await add([
      { description: "Card fee INV-1", reference: "INV-1", counterpartyName: "Birch Ltd" },
    ]);
    await addOpenItems(app, books.organisation.id, [
      { number: "INV-1", counterpartyName: "Birch Ltd" },
    ]);
    await create({ ...fees, action: { kind: "MATCH_CLIENT", clientName: "Acorn Ltd" } });
    await run();
    expect((await state()).find(({ id }) => id === line)?.status).toBe("unmatched");
  });
});

describe("a warning", () => {
  test("points out what is dead, shadowed and conflicting", async () => {
    const block = await addBlock(app, books.organisation.id);
    await add([{ description: "card fee", amountMinor: -250n }]);
    await create(fees);
    await create({ ...fees, name: "Again", conditions: contains("card fees") });
    await create({
      ...fees,
      name: "Other",
      conditions: { direction: "OUT" },
      action: { ...exclude, reason: "Everything" },
    });
    await create({ ...fees, name: "Nobody", conditions: contains("never seen") });
    await create({
      ...fees,
      name: "Elsewhere",
      conditions: { accountIds: [books.accountId], blockId: block },
    });
    const told = Object.fromEntries(
      (await rules("owner")).map(({ name, warnings }) => [
        name,
        warnings.map((one: Answer["data"]) => [one.kind, one.otherRule?.name ?? null]),
      ]),
    );
    expect(told).toEqual({
      "Card fees": [],
      Again: [["SHADOWED", "Card fees"]],
      Other: [["CONFLICTING", "Card fees"]],
      Nobody: [["DEAD", null]],
      Elsewhere: [["DEAD", null]],
    });
  });

  test("is told before saving, of the rule and of those behind it", async () => {
    await add([{ description: "card fee", amountMinor: -250n }]);
    await create({ ...fees, name: "Narrow" });
    const wide = await previewed({
      position: 1,
      conditions: { direction: "OUT" },
      action: exclude,
    });
    expect(wide.matching).toBe(1);
    const over = await previewed({ position: 1, conditions: contains("fee"), action: exclude });
    expect(over.warnings).toMatchObject([
      {
        kind: "SHADOWED",
        message: "“Narrow” would never act: whatever meets it meets this rule first.",
        otherRule: { name: "Narrow" },
      },
    ]);
    const under = await previewed({ conditions: contains("card fees"), action: exclude });
    expect(under.warnings).toMatchObject([{ kind: "SHADOWED", otherRule: { name: "Narrow" } }]);
  });
});
