import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import {
  descriptionCharactersMax,
  linesMax,
  nameCharactersMax,
  plainText,
  quoted,
  referenceCharactersMax,
  type StatementProblem,
  type StatementReader,
  type Tell,
} from "../statement.ts";
import {
  type FieldProblem,
  type Movement,
  parseAccount,
  parseBalance,
  parseMovement,
} from "./fields.ts";
import { type Information, readInformation } from "./information.ts";
import { createRowSplitter, rowCharactersMax } from "./rows.ts";

export interface Mt940Options {
  /** Of the account, for a statement whose balances name none. */
  readonly currency: CurrencyCode | null;
}

/** Field 86 holds 390 characters by the book; banks print some thousand. What is beyond is dropped. */
export const fieldCharactersMax = 10_000;
/** Rows without any field of a statement after which a file is none of this format. */
const rowsBeforeStatementMax = 200;
const unknownTagsToldMax = 100;

/** Fields that are known and say nothing that is kept: references, counts and sums, what is forward available. */
const passedTags = new Set(["13", "13D", "21", "65", "90C", "90D", "940"]);

/**
 * Reads SWIFT MT940 customer statements, with SWIFT's blocks around them or bare, any number in a file.
 *
 * Source: SWIFT Standards MT, Category 9, MT 940 (fields 20, 21, 25, 28C, 60, 61, 86, 62, 64, 65), with what banks print
 * beyond it. Fields are told in `fields.ts`, field 86 in `information.ts`.
 *
 * - A line's day is the entry date, else the value date. Its description is what the payer wrote (86), else the bank's
 *   posting text, else the details below field 61, else the name, else the type code; its reference the end-to-end id,
 *   else field 61's customer reference.
 * - `fileId` is always null. Field 61's bank reference is the bank's own, for its enquiries: some banks number the
 *   lines of a file anew each time, others give all bookings of a batch the same. As an id it would make two payments
 *   one, or one payment two.
 * - Expected entries (EC, ED) are not booked: they are passed over with a problem. An interim report (MT942) is refused.
 * - Field 86 after the closing balance is of the statement and no line's. A statement that begins anew or a file that
 *   ends before the closing balance is `truncated`, which loses the file: its last line may be half a line.
 * - Balances whose text cannot be read are left out with a problem of loss "none".
 */
export function createMt940Reader(options: Mt940Options, tell: Tell): StatementReader {
  let dead = false;
  let lines = 0;
  let open: OpenStatement | null = null;
  let field: OpenField | null = null;
  let pending: PendingLine | null = null;
  let inBlock = false;
  let begun = false;
  let anyText = false;
  const unknownTags = new Set<string>();

  function problem(
    row: number,
    { code, message }: FieldProblem,
    text: string,
    loss: StatementProblem["loss"],
  ): void {
    if (dead) return;
    if (loss === "file") dead = true;
    tell({ kind: "problem", problem: { row, code, text: quoted(text), message, loss } });
  }

  function takeRow(text: string, row: number, cut: boolean): void {
    if (dead) return;
    if (text.trim() !== "") anyText = true;
    const blockEnd = inBlock && text.includes("-}") ? text.search(/-\}(?=\s*$|\{)/) : -1;
    if (/^\s*\{[1-5S]:/.test(text)) {
      closeField();
      takeBlocks(text, row);
    } else if (blockEnd >= 0) {
      if (blockEnd > 0) takeText(text.slice(0, blockEnd), row, cut);
      closeField();
      inBlock = false;
      takeBlocks(text.slice(blockEnd + 2), row);
    } else if (/^-\s*$/.test(text)) {
      closeField();
    } else {
      takeText(text, row, cut);
    }
  }

  /** `{1:...}{2:...}{4:`, after which the fields begin, in the same row or the next. */
  function takeBlocks(text: string, row: number): void {
    if (/\{2:[IO]942/.test(text)) {
      problem(row, interimReport, text, "file");
      return;
    }
    const fields = text.lastIndexOf("{4:");
    if (fields < 0) return;
    inBlock = true;
    const rest = text.slice(fields + 3);
    if (rest.trim() !== "") takeText(rest, row, false);
  }

  function takeText(text: string, row: number, cut: boolean): void {
    const tag = /^:(\d{2}[A-Z]?|\d{3}|[A-Z]{2}):/.exec(text);
    if (tag) {
      closeField();
      if (dead) return;
      field = { tag: tag[1] ?? "", row, rows: [], characters: 0, cut: false };
      addRow(field, text.slice(tag[0].length), cut);
    } else if (field && text !== "") {
      addRow(field, text, cut);
    }
    if (!begun && row > rowsBeforeStatementMax) problem(row, notThisFormat, text, "file");
  }

  function closeField(): void {
    if (field === null || dead) return;
    const closed = field;
    field = null;
    if (closed.cut) problem(closed.row, tooLong, closed.rows.join(" "), "none");
    takeField(closed);
  }

  function takeField(closed: OpenField): void {
    const { tag, row, rows } = closed;
    switch (tag) {
      case "20":
        if (open === null || open.closed || open.told || open.opening) begin(row);
        break;
      case "25":
      case "25P":
        takeAccount(statementAt(row, true), rows[0] ?? "");
        break;
      case "28":
      case "28C":
        statementAt(row, true).number = plainText(rows[0] ?? "", numberCharactersMax);
        break;
      case "60F":
      case "60M":
        takeOpening(statementAt(row, true), row, rows.join(""));
        break;
      case "61":
        takeMovement(statementAt(row, false), closed);
        break;
      case "86":
        if (pending) addInformation(pending, rows);
        break;
      case "62F":
      case "62M":
        takeClosing(statementAt(row, false), closed);
        break;
      case "64":
        takeAvailable(statementAt(row, false), row, rows.join(""));
        break;
      case "34F":
        if (open && !open.opening) problem(row, interimReport, rows.join(" "), "file");
        break;
      default:
        if (!passedTags.has(tag)) takeUnknown(closed);
    }
  }

  function takeUnknown({ tag, row, rows }: OpenField): void {
    if (unknownTags.has(tag) || unknownTags.size >= unknownTagsToldMax) return;
    unknownTags.add(tag);
    const message = `A statement has no field ${tag}: it is passed over wherever it stands.`;
    problem(row, { code: "unknown_code", message }, `:${tag}:${rows.join(" ")}`, "none");
  }

  /** The open statement; where `heads`, the one that a field of the head begins when the last has its closing balance. */
  function statementAt(row: number, heads: boolean): OpenStatement {
    if (open === null || (heads && open.closed)) return begin(row);
    return open;
  }

  function begin(row: number): OpenStatement {
    endStatement(row);
    begun = true;
    open = newStatement(row);
    return open;
  }

  function takeAccount(statement: OpenStatement, text: string): void {
    const { account, currency } = parseAccount(text);
    statement.account = account === null ? null : plainText(account, numberCharactersMax);
    statement.accountCurrency = currency;
  }

  function takeOpening(statement: OpenStatement, row: number, text: string): void {
    if (statement.opening) {
      problem(row, secondOpening, text, "none");
      return;
    }
    const balance = parseBalance(text);
    statement.opening = true;
    if (balance.ok) {
      statement.openingMinor = balance.value.amountMinor;
      statement.currency = balance.value.currency;
    } else {
      statement.unknownCurrency = balance.problem.code === "unknown_currency";
      problem(row, balance.problem, text, "none");
    }
  }

  function takeMovement(statement: OpenStatement, { row, rows }: OpenField): void {
    flush(statement);
    tellHead(statement);
    if (statement.currency === null) {
      problem(row, noCurrency, rows[0] ?? "", "line");
      return;
    }
    const movement = parseMovement(rows[0] ?? "", statement.currency);
    if (!movement.ok) {
      problem(row, movement.problem, rows[0] ?? "", "line");
    } else if (movement.value.expected) {
      problem(row, expectedEntry, rows[0] ?? "", "line");
    } else {
      if (movement.value.problem) problem(row, movement.value.problem, rows[0] ?? "", "none");
      const details = rows.slice(1).join(" ");
      pending = {
        ...{ row, movement: movement.value, details },
        ...{ information: [], informationCharacters: 0 },
      };
    }
  }

  function takeClosing(statement: OpenStatement, { tag, row, rows }: OpenField): void {
    flush(statement);
    tellHead(statement);
    const text = rows.join("");
    const closing = parseBalance(text);
    statement.closed = true;
    statement.continued = tag === "62M";
    statement.closingRow = row;
    statement.closingMinor = null;
    if (!closing.ok) {
      problem(row, closing.problem, text, "none");
      return;
    }
    statement.closingOn = closing.value.on;
    if (closing.value.currency === statement.currency) {
      statement.closingMinor = closing.value.amountMinor;
    } else {
      problem(row, otherCurrency, text, "none");
    }
  }

  function takeAvailable(statement: OpenStatement, row: number, text: string): void {
    const available = parseBalance(text);
    if (!available.ok) problem(row, available.problem, text, "none");
    else if (available.value.currency !== statement.currency) {
      problem(row, otherCurrency, text, "none");
    } else {
      statement.availableMinor = available.value.amountMinor;
    }
  }

  function tellHead(statement: OpenStatement): void {
    if (statement.told || dead) return;
    statement.told = true;
    const { row, account, number, openingMinor } = statement;
    if (!statement.unknownCurrency) {
      statement.currency ??= statement.accountCurrency ?? options.currency;
    }
    const { currency } = statement;
    tell({
      kind: "statement",
      head: { row, account, accountName: null, currency, number, openingMinor },
    });
    if (account === null) problem(row, missing("25", "the account"), "", "none");
    if (!statement.opening) problem(row, missing("60F", "the opening balance"), "", "none");
  }

  function flush(statement: OpenStatement): void {
    if (pending === null || dead) return;
    const { row, movement, details, information } = pending;
    pending = null;
    if (lines >= linesMax) {
      problem(row, tooManyLines, "", "file");
      return;
    }
    lines += 1;
    if (statement.closed) problem(row, afterClosing, "", "none");
    const line = { row, ...describe(movement, details, readInformation(information)) };
    tell({ kind: "line", line });
  }

  function endStatement(row: number): void {
    if (open === null || dead) return;
    const ended = open;
    flush(ended);
    open = null;
    if (!ended.closed) {
      problem(row, cutAfter(ended.row), "", "file");
      return;
    }
    tell({
      kind: "end",
      foot: {
        row: ended.closingRow,
        openingMinor: ended.openingMinor,
        closingMinor: ended.closingMinor,
        availableMinor: ended.availableMinor,
        closingOn: ended.closingOn,
        firstOn: null,
        lastOn: null,
        continued: ended.continued,
      },
    });
  }

  const splitter = createRowSplitter(takeRow);
  return {
    write(text) {
      if (!dead) splitter.write(text);
    },
    end() {
      if (dead) return;
      splitter.end();
      closeField();
      endStatement(0);
      if (begun || dead) return;
      problem(0, anyText ? notThisFormat : emptyFile, "", "file");
    },
  };
}

interface OpenStatement {
  readonly row: number;
  account: string | null;
  accountCurrency: CurrencyCode | null;
  currency: CurrencyCode | null;
  unknownCurrency: boolean;
  number: string | null;
  /** Whether field 60 was there. */
  opening: boolean;
  openingMinor: bigint | null;
  closingMinor: bigint | null;
  availableMinor: bigint | null;
  closingOn: LocalDate | null;
  closingRow: number;
  continued: boolean;
  /** Whether its head was told. */
  told: boolean;
  /** Whether field 62 was there. */
  closed: boolean;
}

interface OpenField {
  readonly tag: string;
  readonly row: number;
  readonly rows: string[];
  characters: number;
  cut: boolean;
}

/** A movement whose field 86 may still come. */
interface PendingLine {
  readonly row: number;
  readonly movement: Movement;
  readonly details: string;
  readonly information: string[];
  informationCharacters: number;
}

const numberCharactersMax = 80;

function newStatement(row: number): OpenStatement {
  return {
    row,
    account: null,
    accountCurrency: null,
    currency: null,
    unknownCurrency: false,
    number: null,
    opening: false,
    openingMinor: null,
    closingMinor: null,
    availableMinor: null,
    closingOn: null,
    closingRow: row,
    continued: false,
    told: false,
    closed: false,
  };
}

function addRow(field: OpenField, text: string, cut: boolean): void {
  const room = fieldCharactersMax - field.characters;
  if (cut || text.length > room) field.cut = true;
  if (room <= 0) return;
  field.rows.push(text.slice(0, room));
  // An empty row costs memory too.
  field.characters += text.length + 1;
}

/** Some banks print several fields 86 for one movement. */
function addInformation(line: PendingLine, rows: readonly string[]): void {
  for (const row of rows) {
    if (line.informationCharacters >= fieldCharactersMax) return;
    line.information.push(row);
    line.informationCharacters += row.length + 1;
  }
}

function describe(movement: Movement, details: string, information: Information) {
  const { bookedOn, amountMinor, typeCode, customerReference } = movement;
  const texts = [
    information.text,
    information.postingText,
    details,
    information.counterpartyName,
    typeCode,
  ];
  const description = texts
    .map((text) => plainText(text ?? "", descriptionCharactersMax))
    .find((text) => text !== null);
  const reference = information.reference ?? customerReference ?? "";
  return {
    bookedOn,
    amountMinor,
    description: description ?? (amountMinor > 0n ? "Credit" : "Debit"),
    counterpartyName: plainText(information.counterpartyName ?? "", nameCharactersMax),
    reference: plainText(reference, referenceCharactersMax),
    fileId: null,
  };
}

function missing(tag: string, what: string): FieldProblem {
  return { code: "missing_field", message: `The statement does not say ${what} (:${tag}:).` };
}

function cutAfter(row: number): FieldProblem {
  const message = `The statement that begins in row ${row} has no closing balance (:62F:): the file was cut.`;
  return { code: "truncated", message };
}

const emptyFile: FieldProblem = { code: "empty", message: "There is nothing in the file." };
const notThisFormat: FieldProblem = {
  code: "not_this_format",
  message: "There is no field of an MT940 statement, such as :20: or :61:.",
};
const interimReport: FieldProblem = {
  code: "not_for_the_books",
  message: "This is an interim report (MT942): ask the bank for the statement (MT940).",
};
const tooLong: FieldProblem = {
  code: "too_long",
  message: `The field is longer than ${rowCharactersMax} characters: its rest was dropped.`,
};
const secondOpening: FieldProblem = {
  code: "misplaced_record",
  message: "The statement has an opening balance already: the first one counts.",
};
const noCurrency: FieldProblem = {
  code: "unknown_currency",
  message: "The statement's currency is not known, so the amount cannot be read.",
};
const expectedEntry: FieldProblem = {
  code: "not_for_the_books",
  message: "The entry is expected (EC, ED) and not booked.",
};
const otherCurrency: FieldProblem = {
  code: "other_currency",
  message: "The balance is in another currency than the statement: it was left out.",
};
const afterClosing: FieldProblem = {
  code: "misplaced_record",
  message: "The line stands after the statement's closing balance.",
};
const tooManyLines: FieldProblem = {
  code: "too_many_lines",
  message: `The file has more than ${linesMax.toLocaleString("en")} lines: bring it in in parts.`,
};
