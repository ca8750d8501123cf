import { normaliseText } from "../../text.ts";
import { isEmpty, type RuleConditions, type RuleText } from "./rule.ts";

/**
 * Whether every bank transaction that meets `narrow` meets `wide` too. Sound and not complete: true is proved, false
 * says only that no proof was found.
 */
export function implies(narrow: RuleConditions, wide: RuleConditions): boolean {
  return (
    !isEmpty(wide) &&
    (wide.direction === null || wide.direction === narrow.direction) &&
    (wide.currency === null || wide.currency === narrow.currency) &&
    (wide.blockId === null || wide.blockId === narrow.blockId) &&
    (wide.accountIds.length === 0 ||
      (narrow.accountIds.length > 0 && isWithin(narrow.accountIds, wide.accountIds))) &&
    (wide.amountMinMinor === null ||
      (narrow.amountMinMinor !== null && narrow.amountMinMinor >= wide.amountMinMinor)) &&
    (wide.amountMaxMinor === null ||
      (narrow.amountMaxMinor !== null && narrow.amountMaxMinor <= wide.amountMaxMinor)) &&
    wide.texts.every((text) => impliesText(narrow.texts, text))
  );
}

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  const all = new Set(whole);
  return part.every((one) => all.has(one));
}

function impliesText(given: readonly RuleText[], wanted: RuleText): boolean {
  if (normaliseText(wanted.value) === "") return false;
  // Words may come from different tests.
  const parts =
    wanted.test === "all_words"
      ? normaliseText(wanted.value)
          .split(" ")
          .map((value): RuleText => ({ ...wanted, value }))
      : [wanted];
  return parts.every((part) => given.some((text) => provesText(text, part)));
}

/** @param wanted of one word, where it is about words */
function provesText(given: RuleText, wanted: RuleText): boolean {
  if (wanted.field !== "any" && given.field !== wanted.field) return false;
  const [has, needs] = [normaliseText(given.value), normaliseText(wanted.value)];
  if (has === "") return false;
  const words = has.split(" ");
  switch (given.test) {
    case "equals":
      if (wanted.test === "equals") return has === needs;
      if (wanted.test === "starts_with") return has.startsWith(needs);
      if (wanted.test === "contains") return has.includes(needs);
      return words.includes(needs);
    case "starts_with":
      if (wanted.test === "starts_with") return has.startsWith(needs);
      if (wanted.test === "contains") return has.includes(needs);
      // The last word may go on: "rent" begins "rental" too.
      return wanted.test === "all_words" && words.slice(0, -1).includes(needs);
    case "contains":
      if (wanted.test === "contains") return has.includes(needs);
      // The first may have begun before, the last may go on.
      return wanted.test === "all_words" && words.slice(1, -1).includes(needs);
    default:
      if (wanted.test === "all_words") return words.includes(needs);
      return wanted.test === "contains" && words.some((word) => word.includes(needs));
  }
}
