import fc from "fast-check";
import type {
  Rule,
  RuleConditions,
  RuleSubject,
} from "../../../../server/src/core/matching/rules/rule.ts";
import { ruleFields, ruleTests } from "../../../../server/src/core/matching/rules/rule.ts";

/** Few words, so that rules and lines meet each other often; some are the beginning of another. */
const word = fc.constantFrom("rent", "rental", "card", "fee", "Café", "a", "ab");
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
const account = fc.constantFrom("account-1", "account-2", "account-3");
const block = fc.constantFrom("block-1", "block-2");
const amount = fc.bigInt({ min: 0n, max: 6n });
const currency = fc.constantFrom("EUR" as const, "GBP" as const);

export const arbitraryConditions: fc.Arbitrary<RuleConditions> = fc.record({
  texts: fc.array(
    fc.record({
      field: fc.constantFrom(...ruleFields),
      test: fc.constantFrom(...ruleTests),
      value: fc.oneof({ weight: 12, arbitrary: phrase }, fc.constant("--")),
    }),
    { maxLength: 2 },
  ),
  amountMinMinor: fc.option(amount, { freq: 1 }),
  amountMaxMinor: fc.option(amount, { freq: 1 }),
  currency: fc.option(currency, { freq: 1 }),
  direction: fc.option(fc.constantFrom("in" as const, "out" as const), { freq: 1 }),
  accountIds: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.uniqueArray(account, { maxLength: 2 }),
  ),
  blockId: fc.option(block, { freq: 1 }),
});

const action = fc.constantFrom(
  { kind: "exclude" as const, reason: "Private" },
  { kind: "exclude" as const, reason: "Other" },
  { kind: "transfer" as const },
);

export function arbitraryRules(countMax = 6): fc.Arbitrary<Rule[]> {
  return fc
    .array(
      fc.record({
        enabled: fc.boolean().map((off) => !off),
        conditions: arbitraryConditions,
        action,
      }),
      { maxLength: countMax },
    )
    .map((rules) =>
      rules.map((rule, index) => ({
        ...rule,
        id: `rule-${index}`,
        name: `Rule ${index}`,
        version: 1,
      })),
    );
}

const text = fc.oneof(
  phrase,
  fc.constant(""),
  phrase.map((words) => `${words}, LTD.`),
);

export const arbitraryLines: fc.Arbitrary<RuleSubject[]> = fc
  .array(
    fc.record({
      accountId: account,
      blockId: fc.option(block),
      amountMinor: fc.bigInt({ min: -6n, max: 6n }).filter((minor) => minor !== 0n),
      currency,
      description: text,
      reference: fc.option(text),
      counterpartyName: fc.option(text),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((lines) => lines.map((line, index) => ({ ...line, id: `line-${index}` })));
