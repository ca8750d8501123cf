import { absolute, compareDecimals, isNegative, parseAmount } from "../../../lib/decimal.ts";
import type { Rule, RuleInput, RuleOrigin } from "./documents.ts";
import type { RuleActionKind, RuleField, RuleTest } from "./words.ts";

export interface TextDraft {
  /** Tells the rows of the form apart; means nothing else. */
  key: number;
  field: RuleField;
  test: RuleTest;
  value: string;
}

/** A rule as it is being written: everything as text, nothing checked. */
export interface RuleDraft {
  name: string;
  enabled: boolean;
  position: number;
  texts: TextDraft[];
  direction: "" | "IN" | "OUT";
  amountMin: string;
  amountMax: string;
  currency: string;
  accountIds: string[];
  blockId: string;
  kind: RuleActionKind;
  categoryId: string;
  standalone: boolean;
  reason: string;
  clientName: string;
}

/** Field of the form, and what is missing or wrong there. */
export type DraftProblems = Partial<Record<string, string>>;

let lastKey = 0;

export function textDraft(text: Omit<TextDraft, "key">): TextDraft {
  lastKey += 1;
  return { key: lastKey, ...text };
}

/** @param position where it is to stand: behind the last one */
export function newDraft(position: number): RuleDraft {
  return {
    ...{ name: "", enabled: true, position, direction: "", accountIds: [], blockId: "" },
    texts: [textDraft({ field: "ANY", test: "CONTAINS", value: "" })],
    ...{ amountMin: "", amountMax: "", currency: "" },
    ...{ kind: "CATEGORISE", categoryId: "", standalone: false, reason: "", clientName: "" },
  };
}

/** A rule for lines like this one: of the same counterparty, the same way. */
export function draftLike(origin: RuleOrigin, position: number): RuleDraft {
  const { counterpartyName, description, amount } = origin;
  return {
    ...newDraft(position),
    name: (counterpartyName ?? description).slice(0, nameCharactersMax),
    direction: isNegative(amount.amount) ? "OUT" : "IN",
    texts: [
      counterpartyName
        ? textDraft({ field: "COUNTERPARTY", test: "ALL_WORDS", value: counterpartyName })
        : textDraft({ field: "DESCRIPTION", test: "CONTAINS", value: description }),
    ],
  };
}

export function draftOf(rule: Rule): RuleDraft {
  const { conditions, action } = rule;
  return {
    ...{ name: rule.name, enabled: rule.enabled, position: rule.position },
    texts: conditions.texts.map(({ field, test, value }) => textDraft({ field, test, value })),
    direction: conditions.direction ?? "",
    amountMin: conditions.amountMin ?? "",
    amountMax: conditions.amountMax ?? "",
    currency: conditions.currency ?? "",
    accountIds: conditions.accounts.map(({ id }) => id),
    blockId: conditions.block?.id ?? "",
    kind: action.kind,
    categoryId: action.category?.id ?? "",
    standalone: action.standalone,
    reason: action.reason ?? "",
    clientName: action.clientName ?? "",
  };
}

export const nameCharactersMax = 80;

/** What the server is told. Fields left empty say nothing. */
export function inputOf(draft: RuleDraft): RuleInput {
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    position: draft.position,
    conditions: {
      texts: draft.texts
        .filter(({ value }) => value.trim() !== "")
        .map(({ field, test, value }) => ({ field, test, value: value.trim() })),
      direction: draft.direction || null,
      amountMin: amountOf(draft.amountMin),
      amountMax: amountOf(draft.amountMax),
      currency: draft.currency || null,
      accountIds: draft.accountIds,
      blockId: draft.blockId || null,
    },
    action: {
      kind: draft.kind,
      categoryId: draft.kind === "CATEGORISE" ? draft.categoryId || null : null,
      standalone: draft.kind === "CATEGORISE" && draft.standalone,
      reason: draft.kind === "EXCLUDE" ? draft.reason.trim() : null,
      clientName: draft.kind === "MATCH_CLIENT" ? draft.clientName.trim() : null,
    },
  };
}

/** What keeps the conditions from being tried. */
export function conditionProblems(draft: RuleDraft): DraftProblems {
  const { amountMin, amountMax, currency } = draft;
  const [least, most] = [amountOf(amountMin), amountOf(amountMax)];
  const problems: DraftProblems = {};
  if (amountMin.trim() && least === null) problems["conditions.amountMin"] = "Not an amount.";
  if (amountMax.trim() && most === null) problems["conditions.amountMax"] = "Not an amount.";
  if (least !== null && most !== null && compareDecimals(least, most) > 0) {
    problems["conditions.amountMax"] = "Below the lowest.";
  }
  if ((least !== null || most !== null) && !currency) {
    problems["conditions.currency"] = "An amount needs its currency.";
  }
  if (!asksForSomething(draft)) problems.conditions = "A rule needs at least one condition.";
  return problems;
}

/** What keeps the action from being carried out. */
export function actionProblems(draft: RuleDraft): DraftProblems {
  switch (draft.kind) {
    case "CATEGORISE":
      return draft.categoryId ? {} : { "action.categoryId": "Choose a category." };
    case "EXCLUDE":
      return draft.reason.trim() ? {} : { "action.reason": "Say why." };
    case "MATCH_CLIENT":
      return draft.clientName.trim() ? {} : { "action.clientName": "Say who." };
    case "TRANSFER":
      return {};
  }
}

function asksForSomething(draft: RuleDraft): boolean {
  const { texts, direction, currency, accountIds, blockId } = draft;
  return (
    texts.some(({ value }) => value.trim() !== "") ||
    [direction, currency, blockId].some((value) => value !== "") ||
    accountIds.length > 0
  );
}

/** Amounts of rules have no sign: the direction says which way. */
function amountOf(typed: string): string | null {
  const amount = parseAmount(typed);
  return amount === undefined ? null : absolute(amount);
}
