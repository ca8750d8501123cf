import { unreachable } from "../../../core/assert.ts";
import type { Rule, RuleAction } from "../../../core/matching/rules/rule.ts";
import type { RuleEffect } from "./effect-of-rule.ts";
import type { RuleNames } from "./rule-names.ts";

/** What becomes of a line under a rule, as a sentence for people. @param taker the rule before it that decides instead */
export function effectSentence(
  effect: RuleEffect,
  action: RuleAction,
  taker: Pick<Rule, "name"> | null,
  names: RuleNames,
): string {
  if (effect === "decided") return "Stays as it is: it is matched or excluded already.";
  if (effect === "pending") return "Waits: the bank has not posted it yet.";
  if (taker !== null) return `Left to “${taker.name}”, which comes first.`;
  switch (effect) {
    case "category_chosen":
      return "Keeps the category that a person chose.";
    case "category_same":
      return "Has this category already.";
    case "no_amount":
      return "Left alone: there is no amount to book.";
    case "refused":
      return "Left alone: what the rule did was taken back.";
    case "done":
      return "The rule has done this before.";
    case "acts":
      return deed(action, names);
    default:
      return unreachable(effect);
  }
}

function deed(action: RuleAction, names: RuleNames): string {
  switch (action.kind) {
    case "categorise": {
      const category = `“${names.categories.get(action.categoryId) ?? "a category"}”`;
      return action.standalone ? `Would be booked as ${category}.` : `Would become ${category}.`;
    }
    case "exclude":
      return `Would be excluded as “${action.reason}”.`;
    case "match_client":
      return `Would only be matched with what “${action.clientName}” owes or is owed.`;
    default:
      return "Would be excluded as a transfer between own accounts.";
  }
}
