import { magnitude } from "../../money.ts";
import { normaliseText } from "../../text.ts";
import { isEmpty, type RuleConditions, type RuleSubject, type RuleText } from "./rule.ts";

/** The texts of one bank transaction, each folded once, and only when a rule asks for it. */
export class FoldedTexts {
  readonly #subject: RuleSubject;
  readonly #folded: (string | undefined)[] = [];
  readonly #words: (ReadonlySet<string> | undefined)[] = [];

  constructor(subject: RuleSubject) {
    this.#subject = subject;
  }

  /** @param place 0 description, 1 reference, 2 counterparty */
  text(place: number): string {
    let folded = this.#folded[place];
    if (folded === undefined) {
      folded = normaliseText(this.#given(place));
      this.#folded[place] = folded;
    }
    return folded;
  }

  words(place: number): ReadonlySet<string> {
    let words = this.#words[place];
    if (words === undefined) {
      words = new Set(this.text(place).split(" "));
      this.#words[place] = words;
    }
    return words;
  }

  #given(place: number): string {
    const { description, reference, counterpartyName } = this.#subject;
    return (place === 0 ? description : place === 1 ? reference : counterpartyName) ?? "";
  }
}

/** Whether a bank transaction meets the conditions that this was made from. */
export type CompiledRule = (subject: RuleSubject, texts: FoldedTexts) => boolean;

/** Conditions as a function: what they need is worked out once, and the cheap questions come first. */
export function compileRule(conditions: RuleConditions): CompiledRule {
  const { amountMinMinor: min, amountMaxMinor: max, currency, direction, blockId } = conditions;
  const accounts = conditions.accountIds.length > 0 ? new Set(conditions.accountIds) : null;
  const tests = conditions.texts.map(compileText);
  if (isEmpty(conditions)) return () => false;
  return (subject, texts) => {
    if (direction !== null && subject.amountMinor > 0n !== (direction === "in")) return false;
    if (currency !== null && subject.currency !== currency) return false;
    if (blockId !== null && subject.blockId !== blockId) return false;
    if (accounts !== null && !accounts.has(subject.accountId)) return false;
    if (min !== null && magnitude(subject.amountMinor) < min) return false;
    if (max !== null && magnitude(subject.amountMinor) > max) return false;
    for (const test of tests) if (!test(texts)) return false;
    return true;
  };
}

const placesOf: Readonly<Record<RuleText["field"], readonly number[]>> = {
  any: [0, 1, 2],
  description: [0],
  reference: [1],
  counterparty: [2],
};

function compileText({ field, test, value }: RuleText): (texts: FoldedTexts) => boolean {
  const wanted = normaliseText(value);
  // A text of punctuation alone folds to nothing, which every text would contain.
  if (wanted === "") return () => false;
  const places = placesOf[field];
  if (test === "all_words") {
    const words = wanted.split(" ");
    return (texts) => words.every((word) => places.some((place) => texts.words(place).has(word)));
  }
  const holds = testOfText(test, wanted);
  return (texts) => {
    for (const place of places) if (holds(texts.text(place))) return true;
    return false;
  };
}

function testOfText(
  test: Exclude<RuleText["test"], "all_words">,
  wanted: string,
): (text: string) => boolean {
  switch (test) {
    case "contains":
      return (text) => text.includes(wanted);
    case "starts_with":
      return (text) => text.startsWith(wanted);
    default:
      return (text) => text === wanted;
  }
}
