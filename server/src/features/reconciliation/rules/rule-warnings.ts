import type { RuleWarning } from "../../../core/matching/rules/find-rule-warnings.ts";
import type { MatchingRule } from "./matching-rule.ts";
import { contradictionSentence } from "./rule-input.ts";

/** A warning as it is read, about one rule. */
export interface ToldWarning {
  readonly kind: RuleWarning["kind"];
  readonly message: string;
  readonly otherRule: MatchingRule | null;
}

/** What is wrong with a rule, as sentences for people. @param rules all that the warnings may name */
export function tellWarnings(
  warnings: readonly RuleWarning[],
  rules: readonly MatchingRule[],
): ToldWarning[] {
  return warnings.map((warning) => {
    const otherRule = rules.find(({ id }) => id === warning.otherRuleId) ?? null;
    const name = `“${otherRule?.name ?? "Another rule"}”`;
    return { kind: warning.kind, message: sentence(warning, name), otherRule };
  });
}

/** What a rule would do to those behind it, as sentences about the rule. */
export function tellEffectsOnOthers(
  warnings: readonly RuleWarning[],
  rules: readonly MatchingRule[],
): ToldWarning[] {
  return warnings.flatMap((warning) => {
    const otherRule = rules.find(({ id }) => id === warning.ruleId);
    if (!otherRule || warning.kind === "dead") return [];
    const message =
      warning.kind === "shadowed"
        ? `“${otherRule.name}” would never act: whatever meets it meets this rule first.`
        : `It comes before “${otherRule.name}”, which does something else with lines that meet both.`;
    return [{ kind: warning.kind, message, otherRule }];
  });
}

function sentence(warning: RuleWarning, other: string): string {
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
