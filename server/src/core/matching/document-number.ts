import { foldText } from "../text.ts";

/** A run of letters or of digits, and what stands between it and the run before. */
type Segment = {
  readonly text: string;
  readonly digits: boolean;
  /** `none`: letters and digits touch ("inv12"); `joiner`: one of - / . _ # : between; else `space`. */
  readonly gap: "none" | "joiner" | "space";
};

/** Neighbouring segments of a bank text that could be a document number, with the separators left out. */
export type Span = {
  readonly compact: string;
  /** Offsets in `compact` where the text has a separator. */
  readonly breaks: readonly number[];
  readonly digits: boolean;
  /** The letters or year that it is attached to ("cn" for 1001 in "CN-1001"), or null. */
  readonly prefix: string | null;
};

export type DocumentNumber = {
  readonly text: string;
  readonly compact: string;
  readonly breaks: ReadonlySet<number>;
  readonly letters: string;
  readonly lastDigits: string;
  /** All its digits, and its last run where that is long enough to mean something. */
  readonly digitKeys: readonly string[];
  /** Whether finding it in a text can hardly be chance. */
  readonly strong: boolean;
  readonly yearOffset: number | null;
};

const segmentsOfTextMax = 80;
const segmentsOfSpanMax = 6;
const spanCharactersMax = 32;
const digitsMin = 4;
const genericPrefixes: ReadonlySet<string> = new Set(
  (
    "inv invoice invoices re rg rechnung rechnungsnr nr no nos num number ref reference bill " +
    "facture fact fac factuur fattura fatt factura faktura order payment pay zahlung"
  ).split(" "),
);

/** Reads an open item's number, "INV-2026/0014". */
export function readDocumentNumber(number: string): DocumentNumber {
  const segments = segmentsOf(foldText(number)).slice(0, segmentsOfSpanMax);
  const compact = segments.map((segment) => segment.text).join("");
  const runs = segments.filter((segment) => segment.digits).map((segment) => segment.text);
  const letters = segments
    .filter((segment) => !segment.digits)
    .map((segment) => segment.text)
    .join("");
  const lastDigits = runs.at(-1) ?? "";
  const allDigits = runs.join("");
  const keys = [...new Set([allDigits, lastDigits])].filter(
    (key) => key.length >= digitsMin && !looksLikeYear(key) && !looksLikeLongDate(key),
  );
  return {
    text: number,
    compact,
    breaks: new Set(offsetsOf(segments)),
    letters,
    lastDigits,
    digitKeys: keys,
    strong: isStrong(letters.length, allDigits.length),
    yearOffset: yearOffsetOf(segments),
  };
}

/** Every stretch of a bank text that could be a document number. IBANs are left out. */
export function documentSpans(text: string): readonly Span[] {
  const segments = segmentsOf(blankIbans(foldText(text))).slice(0, segmentsOfTextMax);
  const spans: Span[] = [];
  for (let start = 0; start < segments.length; start++) {
    if (!startsSpan(segments, start)) continue;
    for (let end = start; end < Math.min(start + segmentsOfSpanMax, segments.length); end++) {
      if (segments[end + 1]?.gap === "none") continue;
      const span = spanOf(segments, start, end);
      if (span.compact.length > spanCharactersMax) break;
      if (/[0-9]/.test(span.compact)) spans.push(span);
    }
  }
  return spans;
}

/** Whether the text's span is this number: "INV 1001" is INV-1001; "INV-1 2" is not INV-12. */
export function isSameNumber(span: Span, number: DocumentNumber): boolean {
  if (span.compact !== number.compact || isForeignSeries(span)) return false;
  return span.breaks.every((offset) => number.breaks.has(offset));
}

/**
 * Digits that stand under another series' letters or another year: the 1001 of CN-1001 is not that
 * of INV-1001. Where letters and year agree, the longer span that includes them is found instead.
 */
export function isForeignSeries(span: Span): boolean {
  return span.digits && span.prefix !== null && !genericPrefixes.has(span.prefix);
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

function segmentsOf(folded: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const found of folded.matchAll(/\p{L}+|[0-9]+/gu)) {
    const between = folded.slice(end, found.index);
    const gap = between === "" ? "none" : /^[-/._#:]$/.test(between) ? "joiner" : "space";
    segments.push({
      text: found[0],
      digits: /^[0-9]/.test(found[0]),
      gap: segments.length === 0 ? "space" : gap,
    });
    end = found.index + found[0].length;
  }
  return segments;
}

/** A span begins where a word begins, or with digits that a generic word touches ("Nr10023"). */
function startsSpan(segments: readonly Segment[], start: number): boolean {
  const segment = segments[start];
  if (segment === undefined) return false;
  if (segment.gap !== "none") return true;
  return segment.digits && genericPrefixes.has(segments[start - 1]?.text ?? "");
}

function spanOf(segments: readonly Segment[], start: number, end: number): Span {
  const own = segments.slice(start, end + 1);
  const before = segments[start - 1];
  const joined = before !== undefined && own[0]?.gap !== "space";
  const attached = joined && (!before.digits || looksLikeYear(before.text));
  return {
    compact: own.map((segment) => segment.text).join(""),
    breaks: offsetsOf(own).filter((_, index) => own[index + 1]?.gap !== "none"),
    digits: own.every((segment) => segment.digits),
    prefix: attached ? before.text : null,
  };
}

/** Where each segment but the first begins in the joined text. */
function offsetsOf(segments: readonly Segment[]): readonly number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const segment of segments.slice(0, -1)) {
    offset += segment.text.length;
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

/**
 * An account number's digits are no document number. In one piece its form is enough; in groups of
 * four its check digits (ISO 13616, modulo 97) must be right too, for invoices are also written so.
 */
function blankIbans(folded: string): string {
  return folded
    .replace(/(?<![\p{L}\p{N}])[a-z]{2}[0-9]{2}[a-z0-9]{11,30}(?![\p{L}\p{N}])/gu, " ")
    .replace(/(?<![\p{L}\p{N}])[a-z]{2}[0-9]{2}(?: [a-z0-9]{1,4}){2,8}/gu, blankGroupedIban);
}

function blankGroupedIban(found: string): string {
  const groups = found.split(" ");
  for (let count = groups.length; count >= 4; count--) {
    if (ibanChecks(groups.slice(0, count).join(""))) return ` ${groups.slice(count).join(" ")}`;
  }
  return found;
}

function ibanChecks(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) {
      remainder = (remainder * 10 + Number(digit)) % 97;
    }
  }
  return remainder === 1;
}
