import type { RuleWarning } from "../../../core/matching/rules/find-rule-warnings.ts";
import type { Rule } from "../../../core/matching/rules/rule.ts";
import { contradictionSentence } from "./rule-input.ts";

/** What is wrong with a rule, as a sentence for people. */
export function warningSentence(warning: RuleWarning, rules: readonly Rule[]): string {
  const other = `“${rules.find(({ id }) => id === warning.otherRuleId)?.name ?? "Another rule"}”`;
  switch (warning.kind) {
    case "shadowed":
      return `It never acts: whatever meets it meets ${other} first.`;
    case "conflicting":
      return warning.lines === 0
        ? `All that meets ${other} meets this rule too; ${other} comes first and does something else.`
        : `${lines(warning.lines)} ${warning.lines === 1 ? "meets" : "meet"} this rule and ${other}, which comes first and does something else.`;
    default:
      return deadSentence(warning.because, warning.value);
  }
}

function lines(count: number): string {
  return count === 1 ? "One line of the last months" : `${count} lines of the last months`;
}

function deadSentence(
  because: Extract<RuleWarning, { kind: "dead" }>["because"],
  value: string,
): string {
  switch (because) {
    case "account":
      return "It never acts: its accounts are closed or out of scope.";
    case "block":
      return "It never acts: its block is archived.";
    case "category":
      return "It never acts: its category is gone.";
    case "accounts_of_block":
      return "It never acts: none of its accounts is in its block.";
    case "no_history":
      return `None of the last ${value} lines meets it.`;
    default:
      return contradictionSentence({ code: because, value });
  }
}
