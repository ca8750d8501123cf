import { unreachable } from "../../../core/assert.ts";
import type { Rule, RuleConditions, RuleText } from "../../../core/matching/rules/rule.ts";
import { formatDecimal, money } from "../../../core/money.ts";
import type { RuleNames } from "./rule-names.ts";

/** A rule as one sentence: "Money out whose description contains “card fee”, up to 5.00 GBP: excluded as “Bank charges”." */
export function ruleSummary(rule: Pick<Rule, "conditions" | "action">, names: RuleNames): string {
  return `${conditionsPhrase(rule.conditions, names)}: ${actionPhrase(rule.action, names)}.`;
}

function conditionsPhrase(conditions: RuleConditions, names: RuleNames): string {
  const { direction, texts, accountIds, blockId } = conditions;
  const what =
    direction === "in" ? "Money in" : direction === "out" ? "Money out" : "Any transaction";
  const amount = amountPhrase(conditions);
  const accounts = accountIds.map((id) => names.accounts.get(id) ?? "an account");
  const parts = [
    texts.length === 0 ? "" : ` whose ${texts.map(textPhrase).join(" and ")}`,
    amount === "" ? "" : `, ${amount}`,
    accounts.length === 0 ? "" : `, on ${listed(accounts)}`,
    blockId === null ? "" : `, in the block ${names.blocks.get(blockId) ?? "that is gone"}`,
  ];
  return `${what}${parts.join("")}`;
}

const fieldWords = {
  any: "text",
  description: "description",
  reference: "reference",
  counterparty: "counterparty",
} as const satisfies Record<RuleText["field"], string>;

const testWords = {
  contains: "contains",
  equals: "is",
  starts_with: "starts with",
  all_words: "has all words of",
} as const satisfies Record<RuleText["test"], string>;

function textPhrase({ field, test, value }: RuleText): string {
  return `${fieldWords[field]} ${testWords[test]} “${value}”`;
}

function amountPhrase({ amountMinMinor, amountMaxMinor, currency }: RuleConditions): string {
  if (currency === null) return "";
  const decimal = (minor: bigint) => `${formatDecimal(money(minor, currency))} ${currency}`;
  if (amountMinMinor !== null && amountMaxMinor !== null) {
    return amountMinMinor === amountMaxMinor
      ? `of ${decimal(amountMinMinor)}`
      : `from ${decimal(amountMinMinor)} to ${decimal(amountMaxMinor)}`;
  }
  if (amountMinMinor !== null) return `from ${decimal(amountMinMinor)}`;
  if (amountMaxMinor !== null) return `up to ${decimal(amountMaxMinor)}`;
  return `in ${currency}`;
}

function actionPhrase(action: Rule["action"], names: RuleNames): string {
  switch (action.kind) {
    case "categorise": {
      const category = `“${names.categories.get(action.categoryId) ?? "a category"}”`;
      return action.standalone ? `booked as ${category}` : `categorised as ${category}`;
    }
    case "exclude":
      return `excluded as “${action.reason}”`;
    case "match_client":
      return `matched only with what “${action.clientName}” owes or is owed`;
    case "transfer":
      return "a transfer between own accounts";
    default:
      return unreachable(action);
  }
}

function listed(names: readonly string[]): string {
  return names.length < 3
    ? names.join(" or ")
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
