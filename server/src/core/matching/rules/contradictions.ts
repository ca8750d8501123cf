import { normaliseText } from "../../text.ts";
import { compileRule, FoldedTexts } from "./compile-rule.ts";
import { isEmpty, type RuleConditions, type RuleText } from "./rule.ts";

/** Why no bank transaction can ever meet some conditions, as a stable word; `value` is what to show with it. */
export type Contradiction = {
  readonly code: "says_nothing" | "amounts" | "text_empty" | "texts";
  readonly value: string;
};

/** Null where none was found, which is no promise that there are such transactions. */
export function findContradiction(conditions: RuleConditions): Contradiction | null {
  const { amountMinMinor: min, amountMaxMinor: max, texts } = conditions;
  if (isEmpty(conditions)) return { code: "says_nothing", value: "" };
  if (min !== null && max !== null && min > max) return { code: "amounts", value: "" };
  const empty = texts.find(({ value }) => normaliseText(value) === "");
  if (empty) return { code: "text_empty", value: empty.value };
  for (const [index, text] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      if (excludeEachOther(text, other)) {
        return { code: "texts", value: `“${text.value}” and “${other.value}”` };
      }
    }
  }
  return null;
}

function excludeEachOther(a: RuleText, b: RuleText): boolean {
  // Of three texts one may meet the first and another the second.
  if (a.field !== b.field || a.field === "any") return false;
  if (a.test === "equals") return !holdsOn(b, a.value);
  if (b.test === "equals") return !holdsOn(a, b.value);
  if (a.test !== "starts_with" || b.test !== "starts_with") return false;
  const [first, second] = [normaliseText(a.value), normaliseText(b.value)];
  return !first.startsWith(second) && !second.startsWith(first);
}

function holdsOn(text: RuleText, value: string): boolean {
  const subject = {
    id: "",
    accountId: "",
    blockId: null,
    amountMinor: 1n,
    currency: "EUR" as const,
    description: value,
    reference: value,
    counterpartyName: value,
  };
  return compileRule({ ...nothing, texts: [text] })(subject, new FoldedTexts(subject));
}

const nothing: RuleConditions = {
  texts: [],
  amountMinMinor: null,
  amountMaxMinor: null,
  currency: null,
  direction: null,
  accountIds: [],
  blockId: null,
};
