import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import { isWithinTolerance, type MatchingBounds, type MatchingProfile } from "./profile.ts";
import { weakWords } from "./score-name.ts";
import type { Aliases } from "./types.ts";

/**
 * Where to look for a transaction's items, so that no transaction meets every item: by open amount,
 * by document number (whole, digits only, short, mistyped), and by amount range with a word of the
 * name. Holds the items of one kind and currency.
 */
export type CandidateIndex = {
  readonly items: readonly PreparedItem[];
  readonly byAmount: Map<bigint, PreparedItem[]>;
  readonly byNumber: Map<string, PreparedItem[]>;
  readonly byDigits: Map<string, PreparedItem[]>;
  readonly bySlip: Map<string, PreparedItem[]>;
  readonly byRangeAndName: Map<string, PreparedItem[]>;
};

const slipCharactersMin = 5;
const slipCharactersMax = 20;
const namePrefixCharacters = 4;

export function indexItems(
  items: readonly PreparedItem[],
  profile: MatchingProfile,
): CandidateIndex {
  const index: CandidateIndex = {
    items,
    byAmount: new Map(),
    byNumber: new Map(),
    byDigits: new Map(),
    bySlip: new Map(),
    byRangeAndName: new Map(),
  };
  for (const item of items) {
    const { number } = item;
    add(index.byAmount, item.item.openMinor, item);
    add(index.byNumber, number.compact, item);
    for (const key of number.digitKeys) add(index.byDigits, key, item);
    if (number.lastDigits !== "")
      add(index.byNumber, shortForm(number.letters, number.lastDigits), item);
    if (number.letters !== "" || number.strong) {
      for (const key of slipKeys(number.compact)) add(index.bySlip, key, item);
    }
    const range = amountRange(item.item.openMinor, profile);
    for (const prefix of namePrefixes(item.nameTokens)) {
      add(index.byRangeAndName, `${range} ${prefix}`, item);
    }
  }
  return index;
}

/**
 * The items worth scoring. A key that too many items share says nothing and is passed over whole:
 * cutting its list would make the outcome depend on the order of the input.
 */
export function candidatesOf(
  transaction: PreparedTransaction,
  index: CandidateIndex,
  profile: MatchingProfile,
  bounds: MatchingBounds,
  aliases?: Aliases,
): ReadonlySet<PreparedItem> {
  const found = new Set<PreparedItem>();
  const take = (items: readonly PreparedItem[] | undefined) => {
    if (items === undefined || items.length > bounds.candidatesOfKeyMax) return;
    for (const item of items) found.add(item);
  };
  const { openMinor } = transaction.transaction;
  take(index.byAmount.get(openMinor));
  for (const span of transaction.spans) {
    take(index.byNumber.get(span.compact));
    const short = /^(\p{L}{2,})([0-9]{2,})$/u.exec(span.compact);
    if (short) take(index.byNumber.get(shortForm(short[1] ?? "", short[2] ?? "")));
    if (span.digits) take(index.byDigits.get(span.compact));
    // A number that exists is not a mistyped other one.
    if (span.compact.length > slipCharactersMax || itemsWithNumber(index, span.compact) > 0)
      continue;
    for (const key of slipKeys(span.compact)) take(index.bySlip.get(key));
  }
  const range = amountRange(openMinor, profile);
  for (const prefix of namePrefixes(wordsOf(transaction, aliases))) {
    for (const near of [range - 1, range, range + 1]) {
      take(
        index.byRangeAndName
          .get(`${near} ${prefix}`)
          ?.filter(({ item }) => isWithinTolerance(openMinor, item.openMinor, profile)),
      );
    }
  }
  return found;
}

/** Items that carry this very number. */
export function itemsWithNumber(index: CandidateIndex, compact: string): number {
  return (index.byNumber.get(compact) ?? []).filter((item) => item.number.compact === compact)
    .length;
}

/** The payer's words, those of the texts, and those that learned aliases put in their place. */
function wordsOf(
  transaction: PreparedTransaction,
  aliases: Aliases | undefined,
): readonly string[] {
  const learned = transaction.aliasKeys.flatMap((key) => [...(aliases?.get(key) ?? [])]);
  return [
    ...transaction.payerTokens,
    ...transaction.textTokens,
    ...learned.flatMap((name) => name.split(" ")),
  ];
}

function namePrefixes(words: readonly string[]): ReadonlySet<string> {
  const own = words.filter((word) => !weakWords.has(word) && !/^[0-9]+$/.test(word));
  return new Set((own.length > 0 ? own : words).map((word) => word.slice(0, namePrefixCharacters)));
}

/** Amounts within the tolerance of each other are in the same range or in neighbouring ones. */
function amountRange(openMinor: bigint, profile: MatchingProfile): number {
  return Math.floor(Math.log(Number(openMinor)) / Math.log(1 + profile.tolerancePercent / 50));
}

function shortForm(letters: string, digits: string): string {
  return `${letters} ${digits.replace(/^0+/, "")}`;
}

/**
 * The text and the text with each one character left out: two texts that are one edit apart share
 * one of these. A first character is taken as right.
 */
function slipKeys(compact: string): readonly string[] {
  if (compact.length < slipCharactersMin || !/[0-9]/.test(compact)) return [];
  const keys = new Set([compact]);
  for (let at = 1; at < compact.length; at++) {
    keys.add(compact.slice(0, at) + compact.slice(at + 1));
  }
  return [...keys];
}

function add<Key>(map: Map<Key, PreparedItem[]>, key: Key, item: PreparedItem): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else if (items.at(-1) !== item) items.push(item);
}
