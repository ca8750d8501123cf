import { daysBetween, type LocalDate, parseLocalDate } from "../dates.ts";
import { editDistance } from "../text.ts";
import {
  type DocumentNumber,
  isBuiltAlike,
  isForeignSeries,
  isSameNumber,
  looksLikeLongDate,
  looksLikeYear,
  type Span,
  shapeOf,
} from "./document-number.ts";
import { isAmountOf, type PreparedItem, type PreparedTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { SignalName } from "./types.ts";

export type NumberSignal = Extract<SignalName, `document_number_${string}`>;

/** What the texts say about a number: the share of the signal's points, and the text's span that says it. */
export type NumberFinding = {
  readonly signal: NumberSignal;
  readonly share: number;
  readonly span: Span;
  readonly distance: number | null;
};

const typoCharactersMin = 5;
const typoDigitsMin = 4;
const shortDateDaysMax = 10;
const shapeDigitsMin = 5;

/**
 * What the transaction's texts say about the item's number. The best reading wins; null: nothing.
 * @param isClientNamed whether the payer or the texts name the item's client: then a shorter number is proof enough
 */
export function findNumber(
  prepared: PreparedTransaction,
  { number }: PreparedItem,
  { neighbourDistanceMax }: Pick<MatchingProfile, "neighbourDistanceMax">,
  isClientNamed = false,
): NumberFinding | null {
  const { spans, transaction } = prepared;
  if (spans.length === 0 || number.shape === number.compact) return null;
  const exact = spans.find((span) => isSameNumber(span, number));
  const isStrong = number.strong || (isClientNamed && number.strongWithName);
  if (exact && isStrong && !isOtherFigure(exact, transaction)) {
    return found("document_number_exact", exact);
  }
  const digits = spans.find((span) => isDigitsOf(span, number, transaction));
  if (digits) return found("document_number_digits", digits, digitShare(digits));
  const slip = spans.find((span) => isOneEditAway(span, number));
  if (slip && !isNeighbour(slip, number, neighbourDistanceMax)) {
    return found("document_number_typo", slip, 1, 1);
  }
  const sequel = spans.find((span) => isShortForm(span, number));
  if (sequel) return found("document_number_digits", sequel, shareOfFewDigits);
  if (slip) return found("document_number_neighbour", slip);
  const other = spans.findLast((span) => isOfSameSeries(span, number, transaction));
  return other ? found("document_number_other", other) : null;
}

/** Years, months, dates and the amount itself are figures that texts are full of. */
export function isOtherFigure(
  span: Span,
  transaction: PreparedTransaction["transaction"],
): boolean {
  if (!span.digits) return false;
  const digits = span.compact;
  if (looksLikeYear(digits) || looksLikeLongDate(digits)) return true;
  // "Rent 2026-11" pays a month; "invoice 2026-11" a document.
  if (!span.numbered && span.runs.length <= 2 && monthOfYear.test(digits)) return true;
  if (isAmountOf(digits, transaction)) return true;
  return digits.length === 6 && isShortDateNear(digits, transaction.bookedOn);
}

const monthOfYear = /^(?:(?:0?[1-9]|1[0-2])20[0-9]{2}|20[0-9]{2}(?:0[1-9]|1[0-2]))$/;

/** 08/2026: a month that is paid, where it is not an item's very number. */
export function looksLikeMonth({ compact, runs }: Span): boolean {
  return runs.length === 2 && /^(0?[1-9]|1[0-2])20[0-9]{2}$/.test(compact);
}

/** Letters and what follows them without zeros in front: "INV 14" stands for INV-2026-0014. */
export function shortFormOf(letters: string, digits: string): string {
  return `${letters} ${digits.replace(/^0+/, "")}`;
}

function found(
  signal: NumberSignal,
  span: Span,
  share = 1,
  distance: number | null = null,
): NumberFinding {
  return { signal, span, share, distance };
}

function isDigitsOf(
  span: Span,
  number: DocumentNumber,
  transaction: PreparedTransaction["transaction"],
): boolean {
  if (!span.digits || !number.digitKeys.includes(span.compact)) return false;
  return !isForeignSeries(span) && !isOtherFigure(span, transaction);
}

/** The more digits agree, the less it is chance. */
function digitShare({ compact, numbered }: Span): number {
  // Five may be a postcode: with the amount alone they are not enough, unless the text says what they are.
  if (compact.length >= 6 || (compact.length === 5 && numbered)) return 1;
  return shareOfFewDigits;
}

const shareOfFewDigits = 0.5;

/** 261121 or 211126 in the days around the booking. */
function isShortDateNear(digits: string, bookedOn: LocalDate): boolean {
  const [first, middle, last] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  return [`20${first}-${middle}-${last}`, `20${last}-${middle}-${first}`].some((text) => {
    const date = parseLocalDate(text);
    return date !== null && Math.abs(daysBetween(date, bookedOn)) <= shortDateDaysMax;
  });
}

/** A first character is rarely mistyped, and asking for it spares most of the comparing. */
function isOneEditAway(span: Span, number: DocumentNumber): boolean {
  const [a, b] = [span.compact, number.compact];
  if (b.length - number.letters.length < typoDigitsMin && b.length === typoCharactersMin)
    return false;
  if (b.length < typoCharactersMin || Math.abs(a.length - b.length) > 1) return false;
  if (a[0] !== b[0] || isForeignSeries(span)) return false;
  if (span.digits !== (number.letters === "")) return false;
  return editDistance(a, b, 1) === 1;
}

/** INV-1002 beside INV-1001, or INV-2025-14 beside INV-2026-14: another document, not a slip. */
function isNeighbour(span: Span, number: DocumentNumber, distanceMax: number): boolean {
  const [a, b] = [span.compact, number.compact];
  if (a.length !== b.length || shapeOf(a) !== number.shape) return false;
  const year = number.yearOffset;
  if (year !== null && a.slice(year, year + 4) !== b.slice(year, year + 4)) return true;
  const difference = BigInt(a.replace(/\D/gu, "")) - BigInt(b.replace(/\D/gu, ""));
  return difference <= BigInt(distanceMax) && difference >= -BigInt(distanceMax);
}

/** "INV 14" for INV-2026-0014. */
function isShortForm(span: Span, number: DocumentNumber): boolean {
  if (!isLedBySameLetters(span, number) || number.lastDigits === "") return false;
  if (looksLikeYear(number.lastDigits)) return false;
  const digits = span.compact.slice(number.letters.length);
  return digits.length >= 2 && BigInt(digits) === BigInt(number.lastDigits);
}

function isLedBySameLetters(span: Span, number: DocumentNumber): boolean {
  if (number.letters.length < 2 || span.digits) return false;
  if (!span.compact.startsWith(number.letters)) return false;
  if (span.breaks.some((offset) => offset > number.letters.length)) return false;
  return /^[0-9]{2,}$/.test(span.compact.slice(number.letters.length));
}

/** Whether the texts name another document of the number's series, of whatever length: INV-999 beside INV-1000. */
export function namesSibling(
  { spans, transaction }: PreparedTransaction,
  number: DocumentNumber,
): boolean {
  return spans.some(
    (span) =>
      // The beginning of the number itself, "INV-2026", is none.
      !number.compact.startsWith(span.compact) &&
      !isShortForm(span, number) &&
      !isOtherFigure(span, transaction) &&
      isOfSameSeries(span, number, transaction),
  );
}

/** Of four figures a year that a payment may speak of, or its amount: "2026", not "2056", nor "invoice 2026". */
function isYearNear(
  { compact, numbered }: Span,
  transaction: PreparedTransaction["transaction"],
): boolean {
  if (isAmountOf(compact, transaction)) return true;
  const years = Number(compact) - Number(transaction.bookedOn.slice(0, 4));
  return !numbered && years >= -2 && years <= 1;
}

/** A number that the item's issuer could have given to another document. */
function isOfSameSeries(
  span: Span,
  number: DocumentNumber,
  transaction: PreparedTransaction["transaction"],
): boolean {
  if (isLedBySameLetters(span, number) || isBuiltAlike(span, number)) return true;
  if (span.compact.length !== number.compact.length || shapeOf(span.compact) !== number.shape) {
    return false;
  }
  if (number.letters !== "") return number.compact.length - number.letters.length >= 3;
  if (isForeignSeries(span) || looksLikeMonth(span)) return false;
  if (number.compact.length === 4) return !isYearNear(span, transaction);
  if (isOtherFigure(span, transaction)) return false;
  return number.compact.length >= shapeDigitsMin;
}
