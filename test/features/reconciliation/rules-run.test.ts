/** Rules in a run. */
import { describe, expect, test } from "vitest";
import type { Answer } from "../../support/ask.ts";
import { addOpenItems, type WorldTransaction } from "../../support/world.ts";
import { contains, exclude, fees, ruleBooks } from "./rule-books.ts";

const {
  app,
  books,
  asked,
  create,
  enable,
  archive,
  rules,
  previewed,
  add,
  read,
  run,
  category,
  someCategories,
} = ruleBooks();

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
    expect(rule).toMatchObject({ id, hits: told.changing, lastHitAt: app().now().toISOString() });
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
    await addOpenItems(app(), books().organisation.id, [
      { number: "INV-1", counterpartyName: "Birch Ltd" },
    ]);
    await create({ ...fees, action: { kind: "MATCH_CLIENT", clientName: "Acorn Ltd" } });
    await run();
    expect((await state()).find(({ id }) => id === line)?.status).toBe("unmatched");
  });
});
