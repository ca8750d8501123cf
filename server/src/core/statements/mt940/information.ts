import { givenReference } from "./fields.ts";

/** What field 86 says of a movement, as far as it says it. */
export interface Information {
  /** What the payer wrote. */
  readonly text: string | null;
  /** What the bank calls the booking: "SEPA-Überweisung". */
  readonly postingText: string | null;
  readonly counterpartyName: string | null;
  /** The end-to-end id, or a structured remittance's. */
  readonly reference: string | null;
}

/** A row of field 86 and a subfield of the German structure hold this many characters; a full one breaks within words. */
export const rowFull = 65;
/** Some banks count the tag `:86:` as part of the first row. */
export const firstRowFull = rowFull - 4;
export const subfieldFull = 27;

/**
 * Reads field 86 in whichever structure it is printed:
 *
 * - Subfields, as in Germany, Austria and Poland: a code of three digits, then `?00` posting text, `?20` to `?29` and
 *   `?60` to `?63` what it is about, `?32` and `?33` the name (`?30` and `?31` bank and account are not told). Any sign
 *   may stand for the `?`. Within the text, SEPA's words: `EREF+`, `KREF+`, `MREF+`, `CRED+`, `SVWZ+` ...
 *   Source: Deutsche Kreditwirtschaft, DFÜ-Abkommen Anlage 3, "SWIFT-Formate MT 940".
 * - Words between slashes, as in the Netherlands, Belgium and by SWIFT: `/EREF/`, `/NAME/` (after `/ORDP/` or `/BENM/`),
 *   `/CNTP/` account, BIC, name and city, `/REMI/`. A word that stood already is part of the text that a payer wrote.
 * - Free text.
 */
export function readInformation(rows: readonly string[]): Information {
  const mark = subfieldMark(rows);
  if (mark !== null) return readSubfields(joinRows(rows, mark), mark);
  const text = joinRows(rows, null);
  if (startsWithWord.test(text)) return readWords(text);
  return { ...nothing, text: given(text) };
}

const nothing: Information = {
  text: null,
  postingText: null,
  counterpartyName: null,
  reference: null,
};

/** The sign before the subfields' numbers; null when field 86 has none. */
export function subfieldMark(rows: readonly string[]): string | null {
  const [first = "", second = ""] = rows;
  const start = /^\s*\d{3}\s*$/.test(first) ? second : first;
  return /^(?:\d{3})?([?~^<>@#$%*=|!_&§])[01236]\d/.exec(start)?.[1] ?? null;
}

/** Rows that are full go on in the next; others ended at a space, or where a subfield begins. */
function joinRows(rows: readonly string[], mark: string | null): string {
  let joined = "";
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1] ?? "";
    const goesOn = before.length >= rowFull || (at === 1 && before.length === firstRowFull);
    const begins = mark !== null && row.startsWith(mark) && /^\d\d/.test(row.slice(1));
    joined += at === 0 || goesOn || begins ? row : ` ${row}`;
  }
  return joined;
}

function readSubfields(text: string, mark: string): Information {
  const parts = text.split(mark);
  /** By number, in order; a mark that no number follows is part of the text. */
  const fields: { number: number; value: string }[] = [];
  for (const part of parts.slice(1)) {
    const last = fields.at(-1);
    if (/^\d\d/.test(part)) fields.push({ number: Number(part.slice(0, 2)), value: part.slice(2) });
    else if (last) last.value += mark + part;
  }
  const among = (from: number, to: number) =>
    fields.filter(({ number }) => number >= from && number <= to).map(({ value }) => value);
  const about = readSepaWords(joinSubfields([...among(20, 29), ...among(60, 63)]));
  return {
    text: about.text,
    postingText: given(among(0, 0).join(" ")),
    counterpartyName: given(joinSubfields(among(32, 33))) ?? about.counterpartyName,
    reference: about.reference,
  };
}

function joinSubfields(values: readonly string[]): string {
  let joined = "";
  for (const [at, value] of values.entries()) {
    const before = values[at - 1] ?? "";
    const goesOn = before.length >= subfieldFull && !startsWithSepaWord.test(value);
    joined += at === 0 || goesOn ? value : ` ${value}`;
  }
  return joined;
}

const sepaWords = "EREF|KREF|MREF|BREF|RREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RTRN";
/** Where one of SEPA's words stands: at the start, or after a space. */
export const sepaWord = new RegExp(`(?:^|(?<=\\s))(${sepaWords})(?:\\+|: ?)`, "g");
/** The same with its plus sign wherever it stands: a subfield might begin there. */
export const sepaMark = new RegExp(`(${sepaWords})\\+`, "g");
const startsWithSepaWord = new RegExp(`^(?:${sepaWords})\\+`);

function readSepaWords(text: string): Omit<Information, "postingText"> {
  const sections = new Map<string, string>();
  let [word, start] = ["", 0];
  const keep = (end: number) => {
    if (!sections.has(word)) sections.set(word, text.slice(start, end));
  };
  for (const found of text.matchAll(sepaWord)) {
    const [whole, next = ""] = found;
    // Once they say what it is about, a word that stood already is the payer's own.
    if (sections.has(next) || next === word) continue;
    keep(found.index);
    [word, start] = [next, found.index + whole.length];
  }
  keep(text.length);
  return {
    text: given(sections.get("SVWZ")) ?? given(sections.get("")),
    counterpartyName: null,
    reference: reference(sections.get("EREF")) ?? reference(sections.get("KREF")),
  };
}

const wordsBeforeText =
  "TRTP|PREF|IREF|CREF|REMI|NAME|IBAN|BIC|CNTP|ADDR|ID|OCMT|CHGS|EXCH|INST|SUBD|FDTC";
/** These may follow what the payer wrote; there, the others are the payer's. */
const wordsAnywhere =
  "EREF|KREF|MARF|CSID|BENM|ORDP|ISDT|PURP|RTRN|TRCD|SVCL|ULTB|ULTC|ULTD|UDTR|UCRD|COAM|OAMT";
export const startsWithWord = new RegExp(`^\\s*/(?:${wordsBeforeText}|${wordsAnywhere})/`);
/** Two words may share a slash ("/BENM/NAME/"), so it is left for the next. */
export const slashedWord = new RegExp(`/(${wordsBeforeText}|${wordsAnywhere})(?=/)`, "g");
const isWordAnywhere = new RegExp(`^(?:${wordsAnywhere})$`);

function readWords(text: string): Information {
  const sections = new Map<string, string>();
  let [word, start] = ["", 0];
  const keep = (end: number) => sections.set(word, text.slice(start, Math.max(start, end)));
  for (const { index, 0: whole, 1: next = "" } of text.matchAll(slashedWord)) {
    const ofThePayer = sections.has("REMI") || word === "REMI";
    if (sections.has(next) || next === word || (ofThePayer && !isWordAnywhere.test(next))) continue;
    keep(index);
    [word, start] = [next, index + whole.length + 1];
  }
  keep(text.length);
  const remittance = readRemittance(sections.get("REMI") ?? "");
  const [, , cntpName] = (sections.get("CNTP") ?? "").split("/");
  return {
    text: remittance.text,
    postingText: unslashed(sections.get("TRTP")) ?? unslashed(sections.get("")),
    counterpartyName: unslashed(sections.get("NAME")) ?? given(cntpName),
    reference: reference(unslashed(sections.get("EREF"))) ?? remittance.reference,
  };
}

/** `/REMI/USTD//text/`, `/REMI/STRD/CUR/reference/`, or the text alone. */
function readRemittance(text: string): Pick<Information, "text" | "reference"> {
  const structured = /^STRD\/(?:CUR|ISO)\/(.*)$/s.exec(text);
  if (structured === null) {
    return { text: unslashed(text.replace(/^USTD\/{1,2}/, "")), reference: null };
  }
  const told = unslashed(structured[1]);
  return { text: told, reference: reference(told) };
}

function reference(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : givenReference(text);
}

/** Without the slashes that end it. */
function unslashed(text: string | undefined): string | null {
  return given(text?.replace(/^[\s/]+/, "").replace(/[\s/]+$/, ""));
}

function given(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}
