import { passedOver } from "./among-equals.ts";
import type { Pair } from "./compare-pair.ts";
import { compareIn, type MatchingContext } from "./context.ts";
import { isForeignSeries, looksLikeYear, type Span, shapeOf } from "./document-number.ts";
import { names } from "./find-unit.ts";
import { type Edge, type Option, singleOption } from "./option.ts";
import { type PreparedItem, type PreparedTransaction, remittanceOf } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { NamedClients } from "./resolve-client.ts";
import { isOtherFigure, looksLikeMonth, namesSibling } from "./score-number.ts";
import { isDoubtfulSlip, isStrangers, provenSlip } from "./slips.ts";
import type { ReasonNotAutomatic } from "./types.ts";

/** With fewer figures a number is one that many issuers use. */
const figuresMin = 3;

/** The pairs of one transaction that are worth showing or count against others, best first. */
export function edgesOf(
  context: MatchingContext,
  transaction: PreparedTransaction,
  clients: NamedClients,
  scoreMin: (pair: Pair) => number,
): readonly Edge[] {
  const read: Pair[] = [];
  const { index, open, profiles, wantsSuggestions } = context;
  const nearPercent = wantsSuggestions ? null : nearPercentOf(profiles.invoice);
  for (const item of index.candidatesOf(transaction, clients, open)) {
    if (context.isDeclined(transaction.transaction.id, item.item.id)) continue;
    if (nearPercent !== null && !mayMatter(transaction, item, profiles.invoice, nearPercent)) {
      continue;
    }
    const pair = compareIn(context, transaction, item, clients);
    if (pair !== null && (pair.score >= scoreMin(pair) || isNamed(pair))) read.push(pair);
  }
  const pairs = read.map((pair) => provenSlip(pair, read));
  pairs.sort((a, b) => b.score - a.score || a.item.place - b.item.place);
  const named = pairs.filter((pair) => isNamed(pair) && !isNamesake(pair, pairs));
  const passed = passedOver(pairs);
  return pairs.map((pair) => ({
    pair,
    named: named.includes(pair),
    blocked:
      blockedBy(pair, pairs, named, context) ?? (passed.has(pair) ? "other_number_named" : null),
    refused: null,
  }));
}

/**
 * Whether a pair can be matched or keep another from it: an amount that is far from the open one needs the number, and
 * without figures in the texts there is none.
 */
function mayMatter(
  transaction: PreparedTransaction,
  item: PreparedItem,
  { residuals }: MatchingProfile,
  nearPercent: number,
): boolean {
  if (transaction.spans.length > 0 || item.item.kind === "demand") return true;
  if (item.item.currency !== transaction.transaction.currency) return true;
  const apart = Math.abs(item.openMinor - transaction.openMinor);
  // A discount is rounded to its minor unit.
  return apart <= Math.max(residuals.roundingMaxMinor, (item.openMinor * nearPercent) / 100 + 1);
}

/** How far an amount may be from what is open and still be told from a part of it. */
function nearPercentOf({ tolerancePercent, residuals }: MatchingProfile): number {
  return Math.max(tolerancePercent, residuals.bankFeePercent, ...residuals.discountPercents);
}

/** The ways to use a transaction on one item without a person, as far as this transaction alone can tell. */
export function singlesOf(edges: readonly Edge[]): readonly Option[] {
  return edges
    .filter(({ pair, blocked }) => {
      const { automaticScoreMin, marginPoints } = pair.profile;
      return blocked === null && pair.score >= automaticScoreMin - marginPoints;
    })
    .map((edge) => singleOption(edge, isCertain(edge.pair)));
}

/** An exact number with the exact amount, over the threshold. */
export function isCertain(pair: Pair): boolean {
  return (
    pair.score >= pair.profile.automaticScoreMin &&
    isExactAmount(pair) &&
    !isStrangersNumber(pair) &&
    pair.number?.signal === "document_number_exact"
  );
}

/** RE-12 of a supplier whom the payment is not to: each of them has one. */
function isStrangersNumber({ name, item }: Pair): boolean {
  return (
    item.item.kind === "expense" &&
    name?.signal === "name_differs" &&
    figuresOf(item.number) < figuresMin
  );
}

export function isExactAmount({ amount }: Pair): boolean {
  return amount.signal === "amount_exact" || amount.signal === "amount_open_exact";
}

/** Whether the texts name the item by its number, whole or as digits. */
export function isNamed({ number }: Pair): boolean {
  return number?.signal === "document_number_exact" || number?.signal === "document_number_digits";
}

/** Two suppliers may use one number: then it is not the stranger's where the payer's name is the other's. */
export function isNamesake(pair: Pair, pairs: readonly Pair[]): boolean {
  if (pair.name?.signal !== "name_differs") return false;
  const { compact } = pair.item.number;
  return pairs.some(
    (other) => other.item.number.compact === compact && isNamed(other) && isNameAlike(other),
  );
}

/** Whether the payer, or the texts, name the item's client. */
export function isNameAlike({ name }: Pair): boolean {
  return name !== null && name.signal !== "name_differs";
}

/** A payer that was learned to be one client, in a line whose text names another: an agent, perhaps. Neither is sure then. */
function isOtherThanLearned(
  pair: Pair,
  pairs: readonly Pair[],
  { clients }: MatchingContext,
): boolean {
  const { name, item, transaction } = pair;
  if (name?.signal === "name_alias") return clients.isAnotherInText(transaction, item);
  const isLearned = (other: Pair) =>
    other.name?.signal === "name_alias" && other.name.share === 1 && isExactAmount(other);
  return name?.signal === "name_tokens" && pairs.some(isLearned);
}

/** A number of one's own numbering that is long enough: strangers' documents bear any, short ones stand for much else. */
function isOwnNumber({ item, number }: PreparedItem): boolean {
  return item.kind === "invoice" && number.letters.length >= 2 && figuresOf(number) >= figuresMin;
}

function figuresOf({ runs }: PreparedItem["number"]): number {
  const figures = runs.filter((run) => /^[0-9]+$/.test(run) && !looksLikeYear(run));
  return figures.reduce((sum, { length }) => sum + length, 0);
}

/** Whether the texts name another number of the item's series: a list, or a document that is not this one. */
export function namesAnother({ transaction, item }: Pair): boolean {
  const { number } = item;
  if (namesSibling(transaction, number)) return true;
  return transaction.spans.some(
    (span) =>
      span.compact !== number.compact &&
      span.compact.length === number.compact.length &&
      shapeOf(span.compact) === number.shape &&
      isReading(span, transaction),
  );
}

function isReading(span: Span, { transaction }: PreparedTransaction): boolean {
  return !looksLikeMonth(span) && !isForeignSeries(span) && !isOtherFigure(span, transaction);
}

function blockedBy(
  pair: Pair,
  pairs: readonly Pair[],
  named: readonly Pair[],
  context: MatchingContext,
): ReasonNotAutomatic | null {
  const { transaction } = pair;
  if (transaction.transaction.pending) return "pending";
  const barred = barredBy(pair, context);
  if (barred !== null) return barred;
  if (pair.profile.family === "demand") {
    return pair.amount.signal === "amount_exceeds_open" ? "amount_exceeds_open" : null;
  }
  const number = pair.number?.signal ?? null;
  const whole = named.filter((rival) => rival.number?.signal === "document_number_exact");
  if (isExactAmount(pair)) {
    // An item that exists is named, and it is not this one: then a slip is no slip.
    const otherNamed =
      number !== "document_number_exact" && whole.length > 0 && !isStrangers(pair, pairs);
    if (
      otherNamed ||
      isDoubtfulSlip(pair, pairs, context.index) ||
      number === "document_number_other" ||
      number === "document_number_neighbour"
    ) {
      return "other_number_named";
    }
    if (number !== "document_number_exact" && isOtherThanLearned(pair, pairs, context)) {
      return "competing";
    }
    if (isStrangersNumber(pair)) return "number_not_exact_or_not_unique";
    const alike = isNameAlike(pair) || isNamed(pair) || number === "document_number_typo";
    return alike ? null : "amount_only";
  }
  if (exceedsOpen(pair)) return "amount_exceeds_open";
  return blockedDifference(pair, pairs, named);
}

/** More is paid than is open, and nothing says what the rest is. */
function exceedsOpen({ amount, transaction }: Pair): boolean {
  if (amount.residual !== null || amount.signal === "amount_converted") return false;
  return amount.signal === "amount_exceeds_open" || amount.takenMinor < transaction.openMinor;
}

/** An amount that is not the open one: then the document must be beyond doubt. */
function blockedDifference(
  pair: Pair,
  pairs: readonly Pair[],
  named: readonly Pair[],
): ReasonNotAutomatic | null {
  const { number, amount } = pair;
  if (number?.signal === "document_number_other") return "other_number_named";
  const settles = amount.residual !== null || amount.signal === "amount_converted";
  const exact = number?.signal === "document_number_exact";
  const byDigits = settles && number?.signal === "document_number_digits" && isNameAlike(pair);
  if (!exact && !byDigits) return "number_not_exact_or_not_unique";
  if (!isNameAlike(pair) && !isOwnNumber(pair.item)) return "number_not_exact_or_not_unique";
  // Digits alone may be anything, unless the name fits what bears them.
  const asWell = named.filter(
    (one) => byDigits || one.number?.signal === number?.signal || isNameAlike(one),
  );
  if (asWell.length > 1 || asWell[0] !== pair || namesAnother(pair)) {
    return "number_not_exact_or_not_unique";
  }
  // Across currencies only what settles the item: what a part is worth is the bank's rate to say.
  if (amount.rate !== null && !settles) return "number_not_exact_or_not_unique";
  // The amount says another item of a name that fits: then the number may be the mistake.
  const contradicted = pairs.some((rival) => isExactAmount(rival) && isNameAlike(rival));
  return contradicted ? "competing" : null;
}

/**
 * Who the payer is not, whatever the amounts say, alone or as a part of a sum: another client than the one that a rule
 * names, a payer who bears another leaseholder's name, or a surname that may be no name: "MAY SERVICE CHARGE".
 */
export function barredBy(pair: Pair, { index }: MatchingContext): ReasonNotAutomatic | null {
  const { transaction, item, profile } = pair;
  if (transaction.ruledClient !== null && transaction.ruledClient.key !== item.name.key) {
    return "other_client";
  }
  if (profile.family !== "demand") return isTakenBack(pair) ? "other_number_named" : null;
  // The table of service charges knows one currency: what a part is worth is the bank's rate to say.
  if (pair.amount.rate !== null) return "demand_currency";
  if (isNamedByAWord(pair)) return "competing";
  return payerIsAnother(transaction, item, index.surnamesOf(item)) ? "competing" : null;
}

/** Money that goes back is for no open document, unless the texts name that one and the payer is its client. */
function isTakenBack(pair: Pair): boolean {
  const { transaction, texts } = pair.transaction;
  if (pair.number?.signal === "document_number_exact" && isNameAlike(pair)) return false;
  const words = texts.words(remittanceOf(transaction));
  return words.some(
    (word, at) => reversalWords.has(word) || (word === "credit" && words[at + 1] === "note"),
  );
}

const reversalWords: ReadonlySet<string> = new Set(
  (
    "refund refunded refunds erstattung ruckerstattung rueckerstattung ruckzahlung rueckzahlung storno stornierung " +
    "remboursement rimborso reembolso terugbetaling chargeback reversal rucklastschrift ruecklastschrift retoure kreditnota"
  ).split(" "),
);

/** Whether nothing but a surname speaks for a demand, and the word means much else in the text of a payment. */
function isNamedByAWord({ units, item, transaction: { transaction, texts } }: Pair): boolean {
  if (!units.includes("surname_in_reference") || units.length > 1) return false;
  if (!paymentWords.has(item.surname ?? "")) return false;
  const payer = transaction.counterpartyName;
  return !payer || !names(texts.unitWords(payer), item.surname);
}

const paymentWords: ReadonlySet<string> = new Set(
  (
    "may march june april august jan mai rent ground service charge charges maintenance price cash bank street park lane " +
    "house court hill lodge church flat block bill bills fee grant major low best new first last day week"
  ).split(" "),
);

function payerIsAnother(
  { transaction, texts }: PreparedTransaction,
  { surname }: PreparedItem,
  surnames: ReadonlySet<string>,
): boolean {
  if (!transaction.counterpartyName) return false;
  const words = texts.unitWords(transaction.counterpartyName);
  if (names(words, surname)) return false;
  for (const word of words) if (surnames.has(word)) return true;
  return false;
}
