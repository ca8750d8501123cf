import type { CurrencyCode } from "../../currencies.ts";
import type { MatchableTransaction } from "../types.ts";

export const ruleFields = ["any", "description", "reference", "counterparty"] as const;
export type RuleField = (typeof ruleFields)[number];

export const ruleTests = ["contains", "equals", "starts_with", "all_words"] as const;
export type RuleTest = (typeof ruleTests)[number];

/**
 * A test of one text of a bank transaction, on both sides as `normaliseText` folds them: case, accents and punctuation
 * say nothing. `any` holds when one of the three texts meets it; for `all_words` they count as one text.
 */
export type RuleText = {
  readonly field: RuleField;
  readonly test: RuleTest;
  readonly value: string;
};

/** What a bank transaction must be like. All of it must hold; what is null or empty says nothing. */
export type RuleConditions = {
  readonly texts: readonly RuleText[];
  /** Bounds of the amount without its sign, in minor units of `currency`, which is then given. */
  readonly amountMinMinor: bigint | null;
  readonly amountMaxMinor: bigint | null;
  readonly currency: CurrencyCode | null;
  readonly direction: "in" | "out" | null;
  /** One of these. */
  readonly accountIds: readonly string[];
  /** The set of books of its account. */
  readonly blockId: string | null;
};

export type RuleAction =
  /** `standalone` books it too, as an expense or income of its own. */
  | { readonly kind: "categorise"; readonly categoryId: string; readonly standalone: boolean }
  | { readonly kind: "exclude"; readonly reason: string }
  /** Only this client's items may be matched with it automatically. */
  | { readonly kind: "match_client"; readonly clientName: string }
  | { readonly kind: "transfer" };

/** A rule that people set. Rules are asked in the order in which they are given. */
export type Rule = {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly conditions: RuleConditions;
  readonly action: RuleAction;
};

/** What rules look at. */
export type RuleSubject = Pick<
  MatchableTransaction,
  | "id"
  | "accountId"
  | "blockId"
  | "amountMinor"
  | "currency"
  | "description"
  | "reference"
  | "counterpartyName"
>;

export function isSameAction(a: RuleAction, b: RuleAction): boolean {
  switch (a.kind) {
    case "categorise":
      return b.kind === a.kind && b.categoryId === a.categoryId && b.standalone === a.standalone;
    case "exclude":
      return b.kind === a.kind && b.reason === a.reason;
    case "match_client":
      return b.kind === a.kind && b.clientName === a.clientName;
    default:
      return b.kind === a.kind;
  }
}

/** Whether conditions ask for nothing at all. Such a rule is a mistake, and no bank transaction meets it. */
export function isEmpty(conditions: RuleConditions): boolean {
  const { texts, accountIds, amountMinMinor, amountMaxMinor, currency } = conditions;
  const others = [amountMinMinor, amountMaxMinor, currency, conditions.direction];
  return (
    texts.length === 0 &&
    accountIds.length === 0 &&
    [...others, conditions.blockId].every((condition) => condition === null)
  );
}
