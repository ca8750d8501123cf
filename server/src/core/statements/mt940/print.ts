import { assert } from "../../assert.ts";
import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { formatDecimal, magnitude, money } from "../../money.ts";
import { plainText } from "../statement.ts";
import { givenReference } from "./fields.ts";
import {
  firstRowFull,
  rowFull,
  sepaMark,
  sepaWord,
  slashedWord,
  startsWithWord,
  subfieldFull,
  subfieldMark,
} from "./information.ts";

/** One statement, or one page of it. */
export interface Mt940Statement {
  /** Field 20. */
  readonly reference: string;
  readonly account: string;
  readonly currency: CurrencyCode;
  /** Field 28C: "00123/002". */
  readonly number: string;
  readonly openingOn: LocalDate;
  readonly openingMinor: bigint;
  readonly lines: readonly Mt940Line[];
  readonly closingOn: LocalDate;
  readonly closingMinor: bigint;
  readonly availableMinor: bigint | null;
  /** A page after the first: its opening is 60M. */
  readonly continues: boolean;
  /** A page before the last: its closing is 62M. */
  readonly continued: boolean;
}

export interface Mt940Line {
  readonly valueOn: LocalDate;
  /** Within half a year of the value date: its year is not printed. */
  readonly bookedOn: LocalDate;
  /** Never zero. */
  readonly amountMinor: bigint;
  /** Prints RC and RD, which take a credit or a debit back. */
  readonly reversal: boolean;
  readonly typeCode: string;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
}

export interface Mt940Style {
  /** Whether SWIFT's blocks stand around each statement. */
  readonly blocks: boolean;
  readonly rowEnd: "\r\n" | "\n" | "\r";
  /** How field 86 is built: German subfields, words between slashes, or free text. */
  readonly information: "subfields" | "words" | "free";
}

/** Fields ?20 to ?29 and ?60 to ?63. */
const textSubfields = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63];
const nameSubfields = [32, 33];
const customerReferenceMax = 16;
const referenceMax = 35;
const nameMax = 50;
/** With the reference and SEPA's words there is room for it in fourteen subfields. */
const descriptionMax = 300;
/** No row of free text or words between slashes has to break one. */
const longWord = /\S{50}(?=\S)/g;

/**
 * Prints MT940 statements. Reading what is printed gives the same statements and lines, for lines as `carriedLine` gives
 * them and days from 1980 to 2079. The source of the format is named in `reader.ts`.
 */
export function printMt940(statements: readonly Mt940Statement[], style: Mt940Style): string {
  return statements.map((statement) => printStatement(statement, style)).join("");
}

/**
 * A line as a style can carry it: free text has no place for a name, and none carries the format's own marks within a
 * text ("?20", "/EREF/", "SVWZ+"). Of a carried line it is that line.
 */
export function carriedLine(line: Mt940Line, style: Mt940Style): Mt940Line {
  const text = (value: string | null, max: number) => carriedText(value ?? "", max, style);
  const free = style.information === "free";
  const reference = text(line.reference, free ? customerReferenceMax : referenceMax);
  const carried = reference?.replace(/\/{2,}/g, "/") ?? "";
  return {
    ...line,
    description: text(line.description, descriptionMax) ?? "Payment",
    counterpartyName: free ? null : text(line.counterpartyName, nameMax),
    reference: carried.startsWith("/") ? null : givenReference(carried),
  };
}

function carriedText(value: string, max: number, style: Mt940Style): string | null {
  // What the first pass cuts off may bare a mark at the end.
  return withoutMarks(withoutMarks(value, max, style) ?? "", max, style);
}

function withoutMarks(value: string, max: number, style: Mt940Style): string | null {
  let text = (plainText(value, max) ?? "").replace(/[{}]/g, ".");
  if (style.information === "subfields") {
    text = text.replace(/\?(?=\d\d)/g, ".").replace(sepaMark, "$1 ");
    return plainText(text.replace(sepaWord, "$1 "), max);
  }
  text = text.replace(longWord, "$& ");
  if (style.information === "words") {
    // Slashes will stand around it.
    text = `/${text}/`.replace(slashedWord, ".$1").replace(/^\/(USTD|STRD)\//, "$1 ");
    return plainText(text.replace(/^[\s/]+|[\s/]+$/g, ""), max);
  }
  const structured = startsWithWord.test(text) || subfieldMark([text]) !== null;
  return plainText(structured || /^\d{3}$/.test(text) ? `.${text}` : text, max);
}

function printStatement(statement: Mt940Statement, style: Mt940Style): string {
  const { currency } = statement;
  const balance = (on: LocalDate, amountMinor: bigint) =>
    `${amountMinor < 0n ? "D" : "C"}${shortDay(on)}${currency}${amount(amountMinor, currency)}`;
  const opening = balance(statement.openingOn, statement.openingMinor);
  const closing = balance(statement.closingOn, statement.closingMinor);
  const rows = [
    `:20:${statement.reference}`,
    `:25:${statement.account}`,
    `:28C:${statement.number}`,
    `:60${statement.continues ? "M" : "F"}:${opening}`,
    ...statement.lines.flatMap((line) => printLine(carriedLine(line, style), currency, style)),
    `:62${statement.continued ? "M" : "F"}:${closing}`,
  ];
  if (statement.availableMinor !== null) {
    rows.push(`:64:${balance(statement.closingOn, statement.availableMinor)}`);
  }
  const head = style.blocks ? ["{1:F01TIEOUTXXAXXX0000000000}{2:I940TIEOUTXXXXXXN}{4:"] : [];
  return [...head, ...rows, style.blocks ? "-}" : "-", ""].join(style.rowEnd);
}

function printLine(line: Mt940Line, currency: CurrencyCode, style: Mt940Style): string[] {
  assert(line.amountMinor !== 0n, "a line has an amount");
  const inward = line.amountMinor > 0n;
  const mark = line.reversal ? (inward ? "RD" : "RC") : inward ? "C" : "D";
  const entry = line.bookedOn.slice(5).replace("-", "");
  const own = style.information === "free" ? line.reference : null;
  const movement = [
    `:61:${shortDay(line.valueOn)}${entry}${mark}`,
    `${amount(line.amountMinor, currency)}${line.typeCode}${own ?? "NONREF"}`,
  ].join("");
  const [first = "", ...rest] = informationRows(line, style);
  return [movement, `:86:${first}`, ...rest];
}

function informationRows(line: Mt940Line, style: Mt940Style): string[] {
  switch (style.information) {
    case "subfields":
      return subfieldRows(line);
    case "words":
      return wrap(wordsText(line));
    default:
      return wrap(line.description);
  }
}

/** As many subfields in a row as it holds: none begins with a sign that a row may not begin with. */
function subfieldRows({ reference, counterpartyName, description }: Mt940Line): string[] {
  const about = [
    ...(reference === null ? [] : slices(`EREF+${reference}`)),
    ...slices(`SVWZ+${description}`),
  ];
  assert(about.length <= textSubfields.length, "a carried text has room in its subfields");
  const name = slices(counterpartyName ?? "");
  const fields = [
    ...about.map((text, at) => `?${textSubfields[at]}${text}`),
    ...name.map((text, at) => `?${nameSubfields[at]}${text}`),
  ];
  const rows = ["166?00SEPA"];
  for (const field of fields) {
    const row = rows.at(-1) ?? "";
    if (row.length + field.length < firstRowFull) rows[rows.length - 1] = row + field;
    else rows.push(field);
  }
  return rows;
}

function wordsText({ reference, counterpartyName, description }: Mt940Line): string {
  const end = reference === null ? "" : `/EREF/${reference}/ `;
  const name = counterpartyName === null ? "" : `/NAME/${counterpartyName}/ `;
  return `${end}${name}/REMI/USTD//${description}/`;
}

/** Full subfields and the last: each goes on in the next, within words. */
function slices(text: string): string[] {
  const count = Math.ceil(text.length / subfieldFull);
  return Array.from({ length: count }, (_, at) =>
    text.slice(at * subfieldFull, (at + 1) * subfieldFull),
  );
}

/**
 * Breaks a text at spaces into rows. A row that ends short of its width stands for a space; after a full one, the space
 * begins the next. A row begins with neither a colon nor a hyphen, as SWIFT rules.
 */
function wrap(text: string): string[] {
  const rows: string[] = [];
  let row: string | null = null;
  for (const word of text.split(" ")) {
    const longer: string = row === null ? word : `${row} ${word}`;
    if (row === null || longer.length <= rowFull) {
      row = longer;
      continue;
    }
    rows.push(row);
    const full: boolean =
      row.length === rowFull || (rows.length === 1 && row.length === firstRowFull);
    row = full || /^[:-]/.test(word) ? ` ${word}` : word;
  }
  return row === null ? rows : [...rows, row];
}

/** With the decimal comma that stands even where nothing follows it. */
function amount(amountMinor: bigint, currency: CurrencyCode): string {
  const digits = formatDecimal(money(magnitude(amountMinor), currency));
  return digits.includes(".") ? digits.replace(".", ",") : `${digits},`;
}

function shortDay(day: LocalDate): string {
  return day.slice(2).replaceAll("-", "");
}
