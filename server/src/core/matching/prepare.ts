import { dayNumber } from "../dates.ts";
import { formatDecimal, magnitude } from "../money.ts";
import { nameTokens, tokens } from "../text.ts";
import {
  type DocumentNumber,
  documentSpans,
  readDocumentNumber,
  type Span,
} from "./document-number.ts";
import type { MatchableItem, MatchableTransaction } from "./types.ts";

/** A transaction with its texts read once, however many items it is compared with. */
export type PreparedTransaction = {
  readonly transaction: MatchableTransaction;
  readonly kind: MatchableItem["kind"];
  readonly spans: readonly Span[];
  readonly payerTokens: readonly string[];
  /** The payer's words in alphabetical order, to find equal names at once. */
  readonly payerKey: string;
  readonly textTokens: readonly string[];
  readonly aliasKeys: readonly string[];
  /** The amount as digits, which a text may repeat and which are then no document number. */
  readonly amountDigits: ReadonlySet<string>;
  readonly openDecimal: string;
  readonly bookedDay: number;
};

export type PreparedItem = {
  readonly item: MatchableItem;
  readonly number: DocumentNumber;
  readonly nameTokens: readonly string[];
  readonly nameKey: string;
  readonly aliasKey: string;
  readonly openDecimal: string;
  readonly issuedDay: number;
  readonly dueDay: number | null;
};

export function prepareTransaction(transaction: MatchableTransaction): PreparedTransaction {
  const text = [transaction.reference ?? "", transaction.description].join(" | ");
  const payer = transaction.counterpartyName ?? "";
  const amountMinor = magnitude(transaction.amountMinor);
  const { currency, openMinor } = transaction;
  const decimal = formatDecimal({ amountMinor, currency });
  const payerTokens = nameTokens(payer);
  return {
    transaction,
    kind: transaction.amountMinor < 0n ? "expense" : "invoice",
    spans: documentSpans(`${text} | ${payer}`),
    payerTokens,
    payerKey: sortedWords(payerTokens),
    textTokens: tokens(text),
    aliasKeys: [aliasKey(payer), aliasKey(transaction.description)].filter((key) => key !== ""),
    amountDigits: new Set([decimal.replace(/\..*$/, ""), decimal.replace(".", "")]),
    openDecimal: formatDecimal({ amountMinor: openMinor, currency }),
    bookedDay: dayNumber(transaction.bookedOn),
  };
}

export function prepareItem(item: MatchableItem): PreparedItem {
  const words = nameTokens(item.counterpartyName);
  return {
    item,
    number: readDocumentNumber(item.number),
    nameTokens: words,
    nameKey: sortedWords(words),
    aliasKey: aliasKey(item.counterpartyName),
    openDecimal: formatDecimal({ amountMinor: item.openMinor, currency: item.currency }),
    issuedDay: dayNumber(item.issuedOn),
    dueDay: item.dueOn === null ? null : dayNumber(item.dueOn),
  };
}

/**
 * The form in which learned aliases compare names: without case, accents, punctuation, legal forms
 * and words with digits, which change from payment to payment. Empty when nothing is left.
 */
export function aliasKey(name: string): string {
  return nameTokens(name)
    .filter((token) => !/[0-9]/.test(token))
    .join(" ");
}

function sortedWords(words: readonly string[]): string {
  return [...words].sort().join(" ");
}
