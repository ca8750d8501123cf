/** Rules through the API: made, changed, ordered, and refused where they make no sense. */
import { describe, expect, test } from "vitest";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import type { Answer } from "../../support/ask.ts";
import { addBlock } from "../../support/imports.ts";
import { openBooks } from "./books.ts";
import { contains, exclude, fees, ruleBooks } from "./rule-books.ts";

const {
  app,
  books,
  asked,
  create,
  update,
  move,
  enable,
  archive,
  rules,
  preview,
  read,
  category,
  someCategories,
} = ruleBooks();

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
        accountIds: [books().accountId],
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
      createdBy: `owner of ${books().organisation.name}`,
      conditions: {
        texts: [{ field: "DESCRIPTION", test: "ALL_WORDS", value: "card fee" }],
        ...{ amountMin: "1.00", amountMax: "5.00", currency: "GBP", direction: "OUT" },
        accounts: [{ id: books().accountId }],
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
    const stranger = await openBooks(app());
    const block = await addBlock(app(), stranger.organisation.id);
    const [foreign] = await readAsOrganisation(app().database, stranger.organisation.id, (sql) =>
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
