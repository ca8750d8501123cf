import { daysBetween, type LocalDate, parseLocalDate } from "../dates.ts";
import { editDistance } from "../text.ts";
import {
  type DocumentNumber,
  isForeignSeries,
  isSameNumber,
  looksLikeLongDate,
  looksLikeYear,
  type Span,
} from "./document-number.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { SignalFinding } from "./score-name.ts";
import type { SignalName } from "./types.ts";

const typoCharactersMin = 6;
const shortDateDaysMax = 10;

/** What the transaction's texts say about the item's number. The best reading wins; null: nothing. */
export function scoreNumber(
  transaction: PreparedTransaction,
  { number, item }: PreparedItem,
  profile: MatchingProfile,
): SignalFinding | null {
  const finding = (signal: SignalName, span: Span, share = 1, distance: number | null = null) => ({
    signal,
    points: Math.round(profile.points[signal] * share),
    transactionValue: span.compact.toUpperCase(),
    itemValue: item.number,
    distance,
  });
  if (!/[0-9]/.test(number.compact)) return null;
  const { spans } = transaction;
  const exact = spans.find((span) => isSameNumber(span, number));
  if (exact && number.strong && !isOtherFigure(exact, transaction)) {
    return finding("document_number_exact", exact);
  }
  const digits = spans.find((span) => isDigitsOf(span, number, transaction));
  if (digits) return finding("document_number_digits", digits, digitShare(digits.compact));
  const slip = spans.find((span) => isOneEditAway(span, number));
  if (slip && !isNeighbour(slip, number, profile)) {
    return finding("document_number_typo", slip, 1, 1);
  }
  const sequel = spans.find((span) => isShortForm(span, number));
  if (sequel) return finding("document_number_digits", sequel, digitShare("0000"));
  if (slip) return finding("document_number_neighbour", slip);
  const other = spans.findLast((span) => isOfSameSeries(span, number));
  return other ? finding("document_number_other", other) : null;
}

function isDigitsOf(span: Span, number: DocumentNumber, transaction: PreparedTransaction): boolean {
  if (!span.digits || !number.digitKeys.includes(span.compact)) return false;
  return !isForeignSeries(span) && !isOtherFigure(span, transaction);
}

/** The more digits agree, the less it is chance. */
function digitShare(digits: string): number {
  if (digits.length >= 6) return 1;
  return digits.length === 5 ? 0.8 : 0.5;
}

/** Years, dates and the amount itself are figures that texts are full of. */
function isOtherFigure(span: Span, { transaction, amountDigits }: PreparedTransaction): boolean {
  if (!span.digits) return false;
  const digits = span.compact;
  if (looksLikeYear(digits) || looksLikeLongDate(digits) || amountDigits.has(digits)) return true;
  return digits.length === 6 && isShortDateNear(digits, transaction.bookedOn);
}

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
  if (number.compact.length < typoCharactersMin || isForeignSeries(span)) return false;
  if (span.digits !== (number.letters === "") || span.compact[0] !== number.compact[0])
    return false;
  return editDistance(span.compact, number.compact, 1) === 1;
}

/** INV-1002 beside INV-1001, or INV-2025-14 beside INV-2026-14: another document, not a slip. */
function isNeighbour(span: Span, number: DocumentNumber, profile: MatchingProfile): boolean {
  const [a, b] = [span.compact, number.compact];
  if (a.length !== b.length || a.replace(/[0-9]/g, "") !== b.replace(/[0-9]/g, "")) return false;
  const year = number.yearOffset;
  if (year !== null && a.slice(year, year + 4) !== b.slice(year, year + 4)) return true;
  const difference = BigInt(a.replace(/\D/gu, "")) - BigInt(b.replace(/\D/gu, ""));
  const distanceMax = BigInt(profile.neighbourDistanceMax);
  return difference <= distanceMax && difference >= -distanceMax;
}

/** "INV 14" for INV-2026-0014. */
function isShortForm(span: Span, number: DocumentNumber): boolean {
  if (!isOfSameSeries(span, number) || number.lastDigits === "") return false;
  const digits = span.compact.slice(number.letters.length);
  return digits.length >= 2 && BigInt(digits) === BigInt(number.lastDigits);
}

function isOfSameSeries(span: Span, number: DocumentNumber): boolean {
  if (number.letters.length < 2 || span.digits) return false;
  if (!span.compact.startsWith(number.letters)) return false;
  if (span.breaks.some((offset) => offset > number.letters.length)) return false;
  return /^[0-9]{2,}$/.test(span.compact.slice(number.letters.length));
}
