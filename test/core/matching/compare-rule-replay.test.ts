/** A rule tried over history: what it would have taken from the items that it belonged to. */
import { describe, expect, test } from "vitest";
import {
  compareRuleReplay,
  type DecidedForRule,
} from "../../../server/src/core/matching/compare-rule-replay.ts";
import type { RuleAction } from "../../../server/src/core/matching/rules/rule.ts";

function line(transactionId: string, more: Partial<DecidedForRule> = {}): DecidedForRule {
  return {
    transactionId,
    currency: "GBP",
    items: new Map(),
    letGo: new Map(),
    declinedItemIds: new Set(),
    byPeople: true,
    clientKeys: new Set(),
    standalone: false,
    categoryId: null,
    categoryByPerson: false,
    ...more,
  };
}

const paid = (id: string, client: string, minor: bigint) =>
  line(id, { items: new Map([[`item-${id}`, minor]]), clientKeys: new Set([client]) });

function replay(
  action: RuleAction,
  lines: readonly DecidedForRule[],
  today: RuleAction | null = null,
) {
  const reach = new Set(lines.map(({ transactionId }) => transactionId));
  return compareRuleReplay(
    lines,
    { action, lines: reach },
    today && { action: today, lines: reach },
  );
}

const exclude: RuleAction = { kind: "exclude", reason: "Private" };

describe("a rule", () => {
  test("that leaves out what settled an invoice is wrong by that money", () => {
    const found = replay(exclude, [
      paid("t1", "acorn", 500n),
      paid("t2", "acorn", 700n),
      line("t3"),
    ]);
    expect(found.figures).toMatchObject({
      automatic: 3,
      right: 1,
      wrong: 2,
      missed: 0,
      precision: 1 / 3,
      recall: null,
      wronglyCleared: [{ amountMinor: 1_200n, currency: "GBP" }],
    });
    expect(found.differences).toMatchObject([
      { transactionId: "t2", kind: "wrong" },
      { transactionId: "t1", kind: "wrong" },
      { transactionId: "t3", kind: "gained", verdict: "right" },
    ]);
  });

  test("does nothing to lines that it does not come to, and judges none that nobody decided", () => {
    const undecided = line("t1", { items: null });
    expect(replay(exclude, [undecided])).toMatchObject({
      decided: 0,
      unjudged: 1,
      differences: [],
    });
    const elsewhere = compareRuleReplay(
      [paid("t1", "acorn", 5n)],
      { action: exclude, lines: new Set() },
      null,
    );
    expect(elsewhere.figures).toMatchObject({ automatic: 0, precision: null });
  });

  test("that names a client is right for that client's items alone, however the name is written", () => {
    const action: RuleAction = { kind: "match_client", clientName: "Acorn Ltd." };
    const { figures } = replay(action, [paid("t1", "acorn", 5n), paid("t2", "birch", 7n)]);
    expect(figures).toMatchObject({ right: 1, wrong: 1 });
    expect(figures.wronglyCleared).toEqual([{ amountMinor: 7n, currency: "GBP" }]);
  });

  test("that sets a category is held against those that people chose, and moves no money", () => {
    const action: RuleAction = { kind: "categorise", categoryId: "rent", standalone: false };
    const { figures, unjudged } = replay(action, [
      line("t1", { categoryId: "rent", categoryByPerson: true }),
      line("t2", { categoryId: "fees", categoryByPerson: true, items: new Map([["a", 5n]]) }),
      line("t3", { categoryId: "fees" }),
    ]);
    expect(figures).toMatchObject({ right: 1, wrong: 1, wronglyCleared: [] });
    expect(unjudged).toBe(1);
  });

  test("that books without a document is wrong where there was one", () => {
    const action: RuleAction = { kind: "categorise", categoryId: "rent", standalone: true };
    const { figures } = replay(action, [
      line("t1", { standalone: true, categoryId: "rent" }),
      paid("t2", "acorn", 9n),
    ]);
    expect(figures).toMatchObject({ right: 1, wrong: 1 });
    expect(figures.wronglyCleared).toEqual([{ amountMinor: 9n, currency: "GBP" }]);
  });

  test("gains what it no longer does wrongly as it stands today", () => {
    const lines = [paid("t1", "acorn", 5n)];
    const narrower = compareRuleReplay(
      lines,
      { action: exclude, lines: new Set() },
      { action: exclude, lines: new Set(["t1"]) },
    );
    expect(narrower.today).toMatchObject({ wrong: 1 });
    expect(narrower.differences).toMatchObject([
      { kind: "gained", amountMinor: 5n, today: "wrong" },
    ]);
  });

  test("that no longer comes to what it decides rightly today says so of each", () => {
    const lines = [line("t1"), line("t2"), line("t3", { items: null })];
    const narrower = compareRuleReplay(
      lines,
      { action: exclude, lines: new Set(["t2"]) },
      { action: exclude, lines: new Set(["t1", "t2", "t3"]) },
    );
    expect(narrower.today.right - narrower.figures.right).toBe(1);
    expect(narrower.differences).toMatchObject([
      { transactionId: "t1", kind: "missed", verdict: "none", today: "right" },
    ]);
  });
});
