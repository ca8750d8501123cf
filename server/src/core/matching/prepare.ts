import { dayNumber, type LocalDate } from "../dates.ts";
import { formatDecimal, magnitude } from "../money.ts";
import { nameTokens, tokens } from "../text.ts";
import {
  type DocumentNumber,
  documentSpans,
  readDocumentNumber,
  type Span,
} from "./document-number.ts";
import { type UnitName, type UnitWords, unitNameOf, unitWordsOf } from "./find-unit.ts";
import { weightOf } from "./score-name.ts";
import type { MatchableItem, MatchableTransaction } from "./types.ts";

/** A name with its words read once. */
export type PreparedName = {
  readonly tokens: readonly string[];
  /** How much each of them tells clients apart, and all together. */
  readonly weights: readonly number[];
  readonly weight: number;
  /** The words in alphabetical order, to find equal names at once. */
  readonly key: string;
  /** The words without spaces. */
  readonly joined: string;
  /** As learned aliases compare names. */
  readonly aliasKey: string;
};

/** A transaction with its texts read, however many items it is compared with. */
export class PreparedTransaction {
  /** Its place among those of one proposal, in the order of ids. */
  readonly place: number;
  readonly transaction: MatchableTransaction;
  /** What is open of it in minor units. */
  readonly openMinor: number;
  readonly bookedDay: number;
  readonly payer: PreparedName | null;
  /** The client that a rule says it is from. */
  readonly ruledClient: PreparedName | null;
  readonly texts: Texts;

  constructor(transaction: MatchableTransaction, texts: Texts, place: number) {
    const { counterpartyName: payer, clientName } = transaction;
    this.place = place;
    this.transaction = transaction;
    this.openMinor = Number(transaction.openMinor);
    this.bookedDay = texts.day(transaction.bookedOn);
    this.payer = payer ? texts.name(payer) : null;
    this.ruledClient = clientName ? texts.name(clientName) : null;
    this.texts = texts;
  }

  /** What its texts have that could be document numbers. */
  get spans(): readonly Span[] {
    return this.texts.spansOf(this.transaction);
  }
}

export type PreparedItem = {
  /** Its place among those of one proposal, in the order of ids. */
  readonly place: number;
  readonly item: MatchableItem;
  readonly openMinor: number;
  readonly number: DocumentNumber;
  readonly name: PreparedName;
  readonly issuedDay: number;
  readonly dueDay: number | null;
  /** Of a demand. */
  readonly unit: UnitName | null;
  readonly surname: UnitName | null;
};

/** So many texts are kept of which hardly one comes again: one transaction's, while it is compared. */
const passingTextsMax = 1_000;

/** Reads texts, names and days once each: payers and clients repeat. For one set of books, then dropped. */
export class Texts {
  private readonly namesRead = new Map<string, PreparedName>();
  private readonly wordsRead = new Map<string, readonly string[]>();
  private readonly unitWordsRead = new Map<string, UnitWords>();
  private readonly daysRead = new Map<string, number>();
  private asked: MatchableTransaction | null = null;
  private spansRead: readonly Span[] = [];

  name(text: string): PreparedName {
    return remembered(this.namesRead, text, prepareName);
  }

  /** Kept for the transaction that is asked for: those of all would be most of what a run holds. */
  spansOf(transaction: MatchableTransaction): readonly Span[] {
    if (transaction !== this.asked) {
      this.spansRead = spansOf(transaction);
      this.asked = transaction;
    }
    return this.spansRead;
  }

  words(text: string): readonly string[] {
    return passing(this.wordsRead, text, tokens);
  }

  unitWords(text: string): UnitWords {
    return passing(this.unitWordsRead, text, unitWordsOf);
  }

  day(date: LocalDate): number {
    return remembered(this.daysRead, date, () => dayNumber(date));
  }
}

/** The greatest amount in minor units that is matched without a person: beyond it a number is no longer exact. */
export const matchableMinorMax = BigInt(Number.MAX_SAFE_INTEGER) / 128n;

export function prepareTransaction(
  transaction: MatchableTransaction,
  texts: Texts = new Texts(),
  place = 0,
): PreparedTransaction {
  return new PreparedTransaction(transaction, texts, place);
}

export function prepareItem(
  item: MatchableItem,
  texts: Texts = new Texts(),
  place = 0,
): PreparedItem {
  return {
    place,
    item,
    openMinor: Number(item.openMinor),
    number: readDocumentNumber(item.number),
    name: texts.name(item.counterpartyName),
    issuedDay: texts.day(item.issuedOn),
    dueDay: item.dueOn === null ? null : texts.day(item.dueOn),
    unit: item.unitNumber === null ? null : unitNameOf(item.unitNumber),
    surname: item.surname === null ? null : unitNameOf(item.surname),
  };
}

/** The texts in which a transaction may name what it is for. */
export function remittanceOf({ reference, description }: MatchableTransaction): string {
  return reference ? `${reference} | ${description}` : description;
}

/** The amount as digits, which a text may repeat and which are then no document number. */
export function isAmountOf(digits: string, transaction: MatchableTransaction): boolean {
  const amountMinor = magnitude(transaction.amountMinor);
  const decimal = formatDecimal({ amountMinor, currency: transaction.currency });
  return digits === decimal.replace(".", "") || digits === decimal.replace(/\..*$/, "");
}

/**
 * The form in which learned aliases compare names: without case, accents, punctuation, legal forms
 * and words with digits, which change from payment to payment. Empty when nothing is left.
 */
export function aliasKey(name: string): string {
  return aliasKeyOf(nameTokens(name));
}

function prepareName(text: string): PreparedName {
  const words = nameTokens(text);
  const weights = words.map(weightOf);
  return {
    tokens: words,
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    key: words.length > 1 ? [...words].sort().join(" ") : (words[0] ?? ""),
    joined: words.join(""),
    aliasKey: aliasKeyOf(words),
  };
}

function aliasKeyOf(words: readonly string[]): string {
  return words.filter((token) => !/[0-9]/.test(token)).join(" ");
}

function spansOf({ reference, description, counterpartyName }: MatchableTransaction) {
  const spans: Span[] = [];
  for (const text of [reference, description, counterpartyName]) {
    if (text) for (const span of documentSpans(text)) spans.push(span);
  }
  return spans;
}

function passing<Value>(
  known: Map<string, Value>,
  text: string,
  read: (text: string) => Value,
): Value {
  if (known.size >= passingTextsMax) known.clear();
  return remembered(known, text, read);
}

function remembered<Value>(
  known: Map<string, Value>,
  text: string,
  read: (text: string) => Value,
): Value {
  let value = known.get(text);
  if (value === undefined) {
    value = read(text);
    known.set(text, value);
  }
  return value;
}
