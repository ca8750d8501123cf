import { foldText } from "../text.ts";
import { blankFigures } from "./blank-figures.ts";
import { type Segment, segmentsOf } from "./segments.ts";

/** Neighbouring segments of a bank text that could be a document number, with the separators left out. */
export type Span = {
  readonly compact: string;
  /** Its runs of letters and of digits. */
  readonly runs: readonly string[];
  /** Offsets in `compact` where the text has a separator. */
  readonly breaks: readonly number[];
  readonly digits: boolean;
  /** The letters or year that it is attached to ("cn" for 1001 in "CN-1001"), or null. */
  readonly prefix: string | null;
  /** Whether the words before say that it is another figure: a customer's number, a mandate's. */
  readonly announced: boolean;
  /** Whether the word before says that a document's number follows. */
  readonly numbered: boolean;
};

export type DocumentNumber = {
  readonly text: string;
  readonly compact: string;
  readonly runs: readonly string[];
  readonly breaks: readonly number[];
  readonly letters: string;
  readonly lastDigits: string;
  /** All its digits, and its last run where that is long enough to mean something. */
  readonly digitKeys: readonly string[];
  /** Whether finding it in a text can hardly be chance. */
  readonly strong: boolean;
  /** The same beside its client's name. */
  readonly strongWithName: boolean;
  readonly yearOffset: number | null;
  /** Its letters with each digit as 0: what the numbers of one series have in common. */
  readonly shape: string;
};

const segmentsOfTextMax = 80;
const segmentsOfPlainTextMax = 24;
const segmentsOfSpanMax = 6;
const spanCharactersMax = 32;
const digitsMin = 4;
const tailDigitsMin = 2;
const listedMax = 30;
const genericPrefixes: ReadonlySet<string> = new Set(
  (
    "inv invoice invoices re rg rechnung rechnungsnr nr no nos num number ref reference bill " +
    "facture fact fac factuur fattura fatt factura faktura order payment pay zahlung"
  ).split(" "),
);
/** Of these, those that a document's number follows, not a month that is paid. */
const numberWords: ReadonlySet<string> = new Set(
  (
    "inv invoice invoices re rg rechnung rechnungsnr nr no nos num number bill " +
    "facture fact fac factuur fattura fatt factura faktura"
  ).split(" "),
);
/** Words that announce the payer's own figures. */
const announcingWords: ReadonlySet<string> = new Set(
  (
    "kd kdnr kunde kunden kundennr kundennummer customer cust client klant klantnr klantnummer debitor deb " +
    "mandate mandat mandatsref mandaat vertrag vertragsnr contract contrat contract policy police account konto acct " +
    "card karte terminal tel phone po auftrag auftragsnr bestellung bestellnr"
  ).split(" "),
);

/** Reads an open item's number, "INV-2026/0014". */
export function readDocumentNumber(number: string): DocumentNumber {
  const segments = segmentsOf(foldText(number));
  const figures = segments.filter((segment) => segment.digits).map((segment) => segment.text);
  const compact = joined(segments);
  const letters = joined(segments.filter((segment) => !segment.digits));
  const lastDigits = figures.at(-1) ?? "";
  const allDigits = figures.join("");
  const keys = allDigits === lastDigits ? [allDigits] : [allDigits, lastDigits];
  return {
    text: number,
    compact,
    runs: segments.map((segment) => segment.text),
    breaks: offsetsOf(segments),
    letters,
    lastDigits,
    digitKeys: keys.filter(
      (key) => key.length >= digitsMin && !looksLikeYear(key) && !looksLikeLongDate(key),
    ),
    strong: isStrong(letters.length, allDigits.length),
    strongWithName: allDigits.length >= 5 && !looksLikeLongDate(allDigits),
    yearOffset: yearOffsetOf(segments),
    shape: shapeOf(compact),
  };
}

/**
 * Whether two numbers are built alike: the same letters between figures, the first and the last run of figures as long.
 * Runs between may be a digit shorter or longer, as months are that are not padded: 2026-1-0038 and 2025-11-0044.
 */
export function isBuiltAlike({ runs }: Span, number: DocumentNumber): boolean {
  const others = number.runs;
  if (runs.length !== others.length || runs.length < 3) return false;
  return runs.every((run, at) => {
    const other = others[at] ?? "";
    if (!startsWithDigit(run) || !startsWithDigit(other)) return run === other;
    const middle = at > 0 && at < runs.length - 1;
    return Math.abs(run.length - other.length) <= (middle ? 1 : 0);
  });
}

function startsWithDigit(run: string): boolean {
  const code = run.charCodeAt(0);
  return code >= 48 && code <= 57;
}

/** All figures of a compact number as one. */
export function allFigures(compact: string): bigint {
  return BigInt(compact.replace(/\D/gu, "") || "0");
}

/** The letters of a number with each digit as 0. */
export function shapeOf(compact: string): string {
  return compact.replace(/[0-9]/g, "0");
}

/**
 * Every stretch of a bank text that could be a document number. IBANs and dates are left out; of an abbreviated
 * list ("INV-2026-0014, 0015, 16") each number is given whole too.
 */
export function documentSpans(text: string): readonly Span[] {
  const folded = foldText(text);
  if (!/[0-9]/.test(folded)) return [];
  const segments = segmentsOf(blankFigures(folded), segmentsOfTextMax);
  const spans: Span[] = [];
  // A long text that repeats itself says nothing more; in a short one looking costs more than it spares.
  const seen = segments.length > segmentsOfPlainTextMax ? new Set<string>() : null;
  for (let start = 0; start < segments.length; start++) {
    if (!startsSpan(segments, start)) continue;
    let figures = false;
    for (let end = start; end < Math.min(start + segmentsOfSpanMax, segments.length); end++) {
      figures ||= segments[end]?.digits === true;
      if (!figures || segments[end + 1]?.gap === "none") continue;
      const span = spanOf(segments, start, end);
      if (span.compact.length > spanCharactersMax) break;
      if (seen !== null && !isNew(span, seen)) continue;
      spans.push(span);
    }
  }
  return spans.length < 2 ? spans : [...spans, ...listedSpans(segments)];
}

function isNew({ runs, breaks, prefix, announced, numbered }: Span, seen: Set<string>): boolean {
  const key = `${runs.join(" ")}|${breaks.join(" ")}|${prefix}|${announced}|${numbered}`;
  const { size } = seen;
  return seen.add(key).size > size;
}

/** Whether the text's span is this number: "INV 1001" is INV-1001; "INV-1 2" is not INV-12. */
export function isSameNumber(span: Span, number: DocumentNumber): boolean {
  if (span.compact !== number.compact || isForeignSeries(span)) return false;
  return span.breaks.every((offset) => number.breaks.includes(offset));
}

/**
 * Digits that stand under another series' letters or another year: the 1001 of CN-1001 is not that
 * of INV-1001. Where letters and year agree, the longer span that includes them is found instead.
 */
export function isForeignSeries(span: Span): boolean {
  if (!span.digits) return false;
  return span.announced || (span.prefix !== null && !genericPrefixes.has(span.prefix));
}

/** 1900 to 2099. */
export function looksLikeYear(digits: string): boolean {
  return /^(19|20)[0-9]{2}$/.test(digits);
}

/** 20261121 or 21112026. */
export function looksLikeLongDate(digits: string): boolean {
  return digits.length === 8 && (yearFirst.test(digits) || yearLast.test(digits));
}

const yearFirst = /^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/;
const yearLast = /^(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])(19|20)[0-9]{2}$/;

/** A span begins where a word begins, or with digits that a generic word touches ("Nr10023"). */
function startsSpan(segments: readonly Segment[], start: number): boolean {
  const segment = segments[start];
  if (segment === undefined) return false;
  if (segment.gap !== "none") return true;
  return segment.digits && genericPrefixes.has(segments[start - 1]?.text ?? "");
}

function spanOf(segments: readonly Segment[], start: number, end: number): Span {
  let compact = "";
  let digits = true;
  const runs: string[] = [];
  const breaks: number[] = [];
  for (let at = start; at <= end; at++) {
    const segment = segments[at] as Segment;
    if (at > start && segment.gap !== "none") breaks.push(compact.length);
    compact += segment.text;
    runs.push(segment.text);
    digits &&= segment.digits;
  }
  const before = segments[start - 1];
  const touching = before !== undefined && segments[start]?.gap !== "space";
  const attached = touching && (!before.digits || looksLikeYear(before.text));
  return {
    compact,
    runs,
    breaks,
    digits,
    prefix: attached ? before.text : null,
    announced: digits && isAnnounced(segments, start),
    numbered: digits && numberWords.has(before?.text ?? ""),
  };
}

/** "Kd.Nr. 88134": one of the two words before says whose figure it is. */
function isAnnounced(segments: readonly Segment[], start: number): boolean {
  for (let at = start - 1; at >= Math.max(0, start - 2); at--) {
    const word = segments[at];
    if (word === undefined || word.digits) return false;
    if (announcingWords.has(word.text)) return true;
    if (!genericPrefixes.has(word.text)) return false;
  }
  return false;
}

/**
 * The other numbers of an abbreviated list: digits that stand alone after a whole number replace the
 * end of its last run. As many digits as the run has, or fewer behind a joiner or a comma.
 */
function listedSpans(segments: readonly Segment[]): readonly Span[] {
  const spans: Span[] = [];
  let whole: { readonly head: string; readonly tail: string } | null = null;
  for (let at = 0; at < segments.length && spans.length < listedMax; at++) {
    const segment = segments[at] as Segment;
    if (!segment.digits || segments[at + 1]?.gap === "none") continue;
    const start = startOfChain(segments, at);
    // "R26-1617/1618": as many figures behind a stroke are the next number, not another part of this one.
    const next: boolean =
      segment.gap === "joiner" &&
      segment.listed &&
      whole !== null &&
      segment.text.length >= 3 &&
      !looksLikeYear(segment.text) &&
      segment.text.length === whole.tail.length &&
      segments[at - 1]?.text.length === whole.tail.length;
    if (
      !next &&
      start < at &&
      (whole === null || segment.gap === "none" || segment.text.length > 3)
    ) {
      whole = { head: joined(segments.slice(start, at)), tail: segment.text };
      continue;
    }
    if (whole === null || isAnnounced(segments, at)) continue;
    const { length } = segment.text;
    const same = length === whole.tail.length && length >= tailDigitsMin;
    const shorter = length >= tailDigitsMin && length < whole.tail.length && segment.listed;
    if (!same && !shorter) continue;
    const compact = whole.head + whole.tail.slice(0, whole.tail.length - length) + segment.text;
    const listed = { digits: false, prefix: null, announced: false, numbered: false };
    spans.push({ compact, runs: [], breaks: [], ...listed });
  }
  return spans;
}

/** Where the number begins that a run of digits ends: its parts touch, or a joiner is between; letters lead by a space. */
function startOfChain(segments: readonly Segment[], end: number): number {
  let start = end;
  while (start > 0 && segments[start]?.gap !== "space" && end - start < segmentsOfSpanMax) start--;
  const before = segments[start - 1];
  const led = before !== undefined && !before.digits && before.text.length <= 4;
  return start === end && led && !genericPrefixes.has(before.text) ? start - 1 : start;
}

function joined(segments: readonly Segment[]): string {
  let text = "";
  for (const segment of segments) text += segment.text;
  return text;
}

/** Where each segment but the first begins in the joined text. */
function offsetsOf(segments: readonly Segment[]): readonly number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (let at = 0; at < segments.length - 1; at++) {
    offset += segments[at]?.text.length ?? 0;
    offsets.push(offset);
  }
  return offsets;
}

function yearOffsetOf(segments: readonly Segment[]): number | null {
  const index = segments.findIndex((segment) => segment.digits && looksLikeYear(segment.text));
  if (index < 0) return null;
  return index === 0 ? 0 : (offsetsOf(segments)[index - 1] ?? null);
}

function isStrong(letters: number, digits: number): boolean {
  return (letters >= 2 && digits >= 1) || (letters >= 1 && digits >= 3) || digits >= 6;
}
