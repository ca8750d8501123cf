import { compileRule, FoldedTexts } from "./compile-rule.ts";
import type { Rule, RuleSubject } from "./rule.ts";

export type RuleMatch = {
  readonly transactionId: string;
  readonly rule: Rule;
};

/**
 * The rule that decides about each bank transaction: the first enabled one, in the order given, whose conditions it
 * meets. Later rules do not see it, whatever comes of it. Those that meet none are left out.
 * @returns in the order of the transactions
 */
export function matchRules(
  rules: readonly Rule[],
  transactions: readonly RuleSubject[],
): RuleMatch[] {
  const first = firstRuleOf(rules);
  const found: RuleMatch[] = [];
  for (const transaction of transactions) {
    const rule = first(transaction);
    if (rule !== null) found.push({ transactionId: transaction.id, rule });
  }
  return found;
}

/** As matchRules, for one bank transaction at a time. */
export function firstRuleOf(rules: readonly Rule[]): (transaction: RuleSubject) => Rule | null {
  const compiled = rules
    .filter(({ enabled }) => enabled)
    .map((rule) => ({ rule, meets: compileRule(rule.conditions) }));
  return (transaction) => {
    const texts = new FoldedTexts(transaction);
    for (const { rule, meets } of compiled) if (meets(transaction, texts)) return rule;
    return null;
  };
}

/** All rules that each bank transaction meets, enabled or not: as positions in the list, lowest first. */
export function allRulesOf(rules: readonly Rule[]): (transaction: RuleSubject) => number[] {
  const compiled = rules.map(({ conditions }) => compileRule(conditions));
  return (transaction) => {
    const texts = new FoldedTexts(transaction);
    const met: number[] = [];
    for (const [position, meets] of compiled.entries()) {
      if (meets(transaction, texts)) met.push(position);
    }
    return met;
  };
}
