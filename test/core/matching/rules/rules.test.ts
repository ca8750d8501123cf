import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compileRule,
  FoldedTexts,
} from "../../../../server/src/core/matching/rules/compile-rule.ts";
import { findContradiction } from "../../../../server/src/core/matching/rules/contradictions.ts";
import { findRuleWarnings } from "../../../../server/src/core/matching/rules/find-rule-warnings.ts";
import { implies } from "../../../../server/src/core/matching/rules/implies.ts";
import { matchRules } from "../../../../server/src/core/matching/rules/match-rules.ts";
import type {
  Rule,
  RuleConditions,
  RuleSubject,
  RuleText,
} from "../../../../server/src/core/matching/rules/rule.ts";
import { magnitude } from "../../../../server/src/core/money.ts";
import { normaliseText } from "../../../../server/src/core/text.ts";
import { cpuMsSince } from "../../../support/measure.ts";
import { arbitraryConditions, arbitraryLines, arbitraryRules } from "./arbitrary.ts";

const nothing: RuleConditions = {
  texts: [],
  amountMinMinor: null,
  amountMaxMinor: null,
  currency: null,
  direction: null,
  accountIds: [],
  blockId: null,
};

const line: RuleSubject = {
  id: "line",
  accountId: "account-1",
  blockId: null,
  amountMinor: -1_250n,
  currency: "GBP",
  description: "CARD PAYMENT Café d'Or, LONDON",
  reference: "Order 77-1",
  counterpartyName: null,
};

function rule(id: string, given: Partial<RuleConditions>, more: Partial<Rule> = {}): Rule {
  const conditions = { ...nothing, ...given };
  const action = { kind: "exclude" as const, reason: `As ${id}` };
  return { id, name: id, version: 1, enabled: true, conditions, action, ...more };
}

function text(
  value: string,
  test: RuleText["test"] = "contains",
  field: RuleText["field"] = "any",
) {
  return { field, test, value };
}

const meets = (given: Partial<RuleConditions>, subject: RuleSubject = line) =>
  matchRules([rule("one", given)], [subject]).length === 1;

describe("conditions", () => {
  test.each([
    [true, text("cafe D'OR")],
    [true, text("card payment", "starts_with")],
    [true, text("card payment", "starts_with", "description")],
    [false, text("payment", "starts_with")],
    [true, text("order 77 1", "equals")],
    [false, text("order 77", "equals")],
    [true, text("london card", "all_words")],
    // Words of different texts count together where any text will do.
    [true, text("london order", "all_words")],
    [false, text("london order", "all_words", "description")],
    [false, text("lond", "all_words")],
    [false, text("cafe", "contains", "counterparty")],
    [false, text("?!")],
  ])("answers %s for %o", (expected, condition) => {
    expect(meets({ texts: [condition] })).toBe(expected);
  });

  test("takes a range of the amount without its sign, bounds included", () => {
    const range = (min: bigint | null, max: bigint | null) =>
      meets({ amountMinMinor: min, amountMaxMinor: max, currency: "GBP" });
    expect([range(1_250n, 1_250n), range(1_251n, null), range(null, 1_249n)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(meets({ amountMinMinor: 1n, currency: "EUR" })).toBe(false);
  });

  test("asks for direction, account and block", () => {
    expect(meets({ direction: "out" })).toBe(true);
    expect(meets({ direction: "in" })).toBe(false);
    expect(meets({ accountIds: ["account-2", "account-1"] })).toBe(true);
    expect(meets({ accountIds: ["account-2"] })).toBe(false);
    expect(meets({ blockId: "block-1" })).toBe(false);
    expect(meets({ blockId: "block-1" }, { ...line, blockId: "block-1" })).toBe(true);
  });

  test("that say nothing are met by nothing", () => {
    expect(meets({})).toBe(false);
  });
});

describe("matchRules", () => {
  test("gives a line to the first enabled rule that it meets", () => {
    const rules = [
      rule("off", { direction: "out" }, { enabled: false }),
      rule("other", { direction: "in" }),
      rule("first", { texts: [text("card")] }),
      rule("second", { direction: "out" }),
    ];
    expect(matchRules(rules, [line]).map(({ rule: { id } }) => id)).toEqual(["first"]);
  });

  test("is what asking each rule in turn says", () => {
    fc.assert(
      fc.property(arbitraryRules(), arbitraryLines, (rules, lines) => {
        const expected = lines.flatMap((subject) => {
          const found = rules.find((one) => one.enabled && plainly(one.conditions, subject));
          return found ? [{ transactionId: subject.id, rule: found }] : [];
        });
        expect(matchRules(rules, lines)).toEqual(expected);
      }),
      { seed: 51, numRuns: 400 },
    );
  });

  test("depends on the order of rules only where a line meets several", () => {
    fc.assert(
      fc.property(arbitraryRules(), arbitraryLines, (rules, lines) => {
        const forwards = matchRules(rules, lines);
        const backwards = matchRules(rules.toReversed(), lines);
        expect(backwards.map(({ transactionId }) => transactionId)).toEqual(
          forwards.map(({ transactionId }) => transactionId),
        );
        for (const [index, { rule: one }] of forwards.entries()) {
          const other = backwards[index]?.rule;
          const subject = lines.find(({ id }) => id === forwards[index]?.transactionId);
          if (one.id === other?.id || !subject || !other) continue;
          expect(plainly(one.conditions, subject) && plainly(other.conditions, subject)).toBe(true);
        }
        const lineOrder = matchRules(rules, lines.toReversed()).toReversed();
        expect(lineOrder).toEqual(forwards);
      }),
      { seed: 52, numRuns: 200 },
    );
  });

  test("asks 100 rules of 20,000 lines in a moment", { timeout: 60_000 }, () => {
    const rules = Array.from({ length: 100 }, (_, index) =>
      rule(`rule-${index}`, { texts: [text(`merchant ${index}x`), text("card", "all_words")] }),
    );
    const lines = Array.from({ length: 20_000 }, (_, index) => ({
      ...line,
      id: `line-${index}`,
      description: `CARD PAYMENT Merchant ${index % 3_000} Ltd, ref ${index}`,
    }));
    const before = process.cpuUsage();
    matchRules(rules, lines);
    // 0.1 s here; a product of folds and rules would take longer than the bound, which is for a busy machine.
    expect(cpuMsSince(before)).toBeLessThan(10_000);
  });
});

/** The same conditions, written as they are said. */
function plainly(conditions: RuleConditions, subject: RuleSubject): boolean {
  const { amountMinMinor: min, amountMaxMinor: max, accountIds } = conditions;
  const asked = [min, max, conditions.currency, conditions.direction, conditions.blockId];
  if (asked.every((one) => one === null) && conditions.texts.length + accountIds.length === 0)
    return false;
  const size = magnitude(subject.amountMinor);
  return (
    (min === null || size >= min) &&
    (max === null || size <= max) &&
    (conditions.currency === null || conditions.currency === subject.currency) &&
    (conditions.blockId === null || conditions.blockId === subject.blockId) &&
    (conditions.direction === null ||
      conditions.direction === (subject.amountMinor > 0n ? "in" : "out")) &&
    (accountIds.length === 0 || accountIds.includes(subject.accountId)) &&
    conditions.texts.every((one) => textHolds(one, subject))
  );
}

function textHolds({ field, test, value }: RuleText, subject: RuleSubject): boolean {
  const all = {
    description: normaliseText(subject.description),
    reference: normaliseText(subject.reference ?? ""),
    counterparty: normaliseText(subject.counterpartyName ?? ""),
  };
  const texts = field === "any" ? Object.values(all) : [all[field]];
  const wanted = normaliseText(value);
  if (wanted === "") return false;
  if (test === "all_words") {
    const words = texts.join(" ").split(" ");
    return wanted.split(" ").every((word) => words.includes(word));
  }
  if (test === "contains") return texts.some((one) => one.includes(wanted));
  if (test === "equals") return texts.includes(wanted);
  return texts.some((one) => one.startsWith(wanted));
}

describe("implication", () => {
  test.each([
    [true, text("card payment"), text("card")],
    [true, text("card payment", "equals"), text("payment", "all_words")],
    [true, text("old card payment", "starts_with"), text("card old", "all_words")],
    [false, text("card payment", "starts_with"), text("payment", "all_words")],
    [true, text("one big fee"), text("big", "all_words")],
    [false, text("one big"), text("big", "all_words")],
    [true, text("card", "equals", "reference"), text("card", "equals", "any")],
    [false, text("card", "equals", "any"), text("card", "equals", "reference")],
    [false, text("card"), text("card", "starts_with")],
  ])("is %s of %o for %o", (expected, narrow, wide) => {
    const conditions = (one: RuleText) => ({ ...nothing, texts: [one] });
    expect(implies(conditions(narrow), conditions(wide))).toBe(expected);
  });

  test("is sound: what meets the narrow conditions meets the wide ones", {
    timeout: 30_000,
  }, () => {
    let proved = 0;
    fc.assert(
      fc.property(
        arbitraryConditions,
        arbitraryConditions,
        arbitraryLines,
        (narrow, wide, lines) => {
          if (!implies(narrow, wide)) return;
          proved += 1;
          const [first, second] = [compileRule(narrow), compileRule(wide)];
          for (const subject of lines) {
            const texts = new FoldedTexts(subject);
            if (first(subject, texts)) expect(second(subject, texts)).toBe(true);
          }
        },
      ),
      { seed: 53, numRuns: 20_000 },
    );
    expect(proved).toBeGreaterThan(50);
  });

  test("calls only such conditions contradictory that no line meets", () => {
    fc.assert(
      fc.property(arbitraryConditions, arbitraryLines, (conditions, lines) => {
        if (findContradiction(conditions) === null) return;
        const met = compileRule(conditions);
        expect(lines.some((subject) => met(subject, new FoldedTexts(subject)))).toBe(false);
      }),
      { seed: 54, numRuns: 2_000 },
    );
  });
});

describe("findRuleWarnings", () => {
  const told = (rules: Rule[], options = {}) =>
    findRuleWarnings(rules, options).map((one) => [
      one.ruleId,
      one.kind,
      one.kind === "dead" ? one.because : one.otherRuleId,
    ]);

  test("points out conditions that nothing can meet", () => {
    const texts = [text("rent", "equals", "reference"), text("fee", "contains", "reference")];
    expect(
      told([
        rule("amounts", { amountMinMinor: 2n, amountMaxMinor: 1n, currency: "EUR" }),
        rule("texts", { texts }),
        rule("empty", { texts: [text("***")] }),
        rule("nothing", {}),
        rule("fine", { texts: [text("rent")] }),
      ]),
    ).toEqual([
      ["amounts", "dead", "amounts"],
      ["texts", "dead", "texts"],
      ["empty", "dead", "text_empty"],
      ["nothing", "dead", "says_nothing"],
    ]);
  });

  test("points out what is gone", () => {
    const surroundings = {
      goneAccountIds: new Set(["account-1"]),
      goneBlockIds: new Set(["block-1"]),
      goneCategoryIds: new Set(["category-1"]),
      blockOfAccount: new Map([["account-2", "block-2"]]),
    };
    const action = { kind: "categorise" as const, categoryId: "category-1", standalone: false };
    expect(
      told(
        [
          rule("account", { accountIds: ["account-1"] }),
          rule("one of two", { accountIds: ["account-1", "account-2"] }),
          rule("block", { blockId: "block-1" }),
          rule("elsewhere", { blockId: "block-3", accountIds: ["account-2"] }),
          rule("category", { texts: [text("fee")] }, { action }),
        ],
        { surroundings },
      ),
    ).toEqual([
      ["account", "dead", "account"],
      ["block", "dead", "block"],
      ["elsewhere", "dead", "accounts_of_block"],
      ["category", "dead", "category"],
    ]);
  });

  test("points out a rule that a wider one stands before, and not the other way round", () => {
    const wide = rule("wide", { texts: [text("card")] });
    const narrow = rule("narrow", { texts: [text("card fee")], direction: "out" });
    expect(told([wide, narrow])).toEqual([["narrow", "shadowed", "wide"]]);
    expect(told([narrow, wide])).toEqual([["wide", "conflicting", "narrow"]]);
    expect(told([{ ...wide, enabled: false }, narrow])).toEqual([]);
    expect(told([narrow, { ...wide, action: narrow.action }])).toEqual([]);
  });

  test("finds by history what the conditions do not say", () => {
    const rules = [
      rule("cards", { texts: [text("card")] }),
      rule("orders", { texts: [text("order", "starts_with", "reference")] }),
      rule("never", { texts: [text("unheard of")] }),
    ];
    expect(told(rules)).toEqual([]);
    expect(told(rules, { history: [line] })).toEqual([
      ["orders", "conflicting", "cards"],
      ["never", "dead", "no_history"],
    ]);
  });

  test("never calls a rule shadowed that fires on any line", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(arbitraryRules(), arbitraryLines, (rules, lines) => {
        const silent = findRuleWarnings(rules, { history: lines })
          .filter((one) => one.kind === "shadowed" || one.kind === "dead")
          .map(({ ruleId }) => ruleId);
        const fired = new Set(matchRules(rules, lines).map(({ rule: { id } }) => id));
        expect(silent.filter((id) => fired.has(id))).toEqual([]);
      }),
      { seed: 55, numRuns: 2_000 },
    );
  });
});
