import type { CurrencyCode } from "../../currencies.ts";
import {
  linesMax,
  quoted,
  type StatementProblem,
  type StatementReader,
  type Tell,
} from "../statement.ts";
import { createFieldCutter, type TaggedField } from "./field-cutter.ts";
import { type FieldProblem, parseMovement } from "./fields.ts";
import {
  footOf,
  headOf,
  missingOf,
  type OpenStatement,
  openStatement,
  takeAccount,
  takeAvailable,
  takeClosing,
  takeNumber,
  takeOpening,
} from "./open-statement.ts";
import { addInformation, completeLine, type PendingLine, pendingLine } from "./pending-line.ts";
import {
  afterClosing,
  cutAfter,
  emptyFile,
  expectedEntry,
  interimReport,
  noCurrency,
  notThisFormat,
  tooManyLines,
  unknownField,
} from "./problems.ts";
import { createRowSplitter } from "./rows.ts";

export interface Mt940Options {
  /** Of the account, for a statement whose balances name none. */
  readonly currency: CurrencyCode | null;
}

const unknownTagsToldMax = 100;

/** Fields that are known and say nothing that is kept: references, counts and sums, what is forward available. */
const passedTags = new Set(["13", "13D", "21", "65", "90C", "90D", "940"]);

/**
 * Reads SWIFT MT940 customer statements, with SWIFT's blocks around them or bare, any number in a file.
 *
 * Source: SWIFT Standards MT, Category 9, MT 940 (fields 20, 21, 25, 28C, 60, 61, 86, 62, 64, 65), with what banks print
 * beyond it. Rows are cut into fields in `field-cutter.ts`; fields are told in `fields.ts`, field 86 in
 * `information.ts`.
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
  let pending: PendingLine | null = null;
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

  /** As {@link problem}, where there may be none and nothing is lost. */
  function note(row: number, found: FieldProblem | null, text: string): void {
    if (found) problem(row, found, text, "none");
  }

  function noteBalance({ row, rows }: TaggedField, found: FieldProblem | null): void {
    note(row, found, rows.join(""));
  }

  function takeField(field: TaggedField): void {
    if (dead) return;
    const { tag, row, rows } = field;
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
        takeNumber(statementAt(row, true), rows[0] ?? "");
        break;
      case "60F":
      case "60M":
        noteBalance(field, takeOpening(statementAt(row, true), rows.join("")));
        break;
      case "61":
        takeMovement(headedAt(row), field);
        break;
      case "86":
        if (pending) addInformation(pending, rows);
        break;
      case "62F":
      case "62M":
        noteBalance(field, takeClosing(headedAt(row), tag, row, rows.join("")));
        break;
      case "64":
        noteBalance(field, takeAvailable(statementAt(row, false), rows.join("")));
        break;
      case "34F":
        if (open && !open.opening) problem(row, interimReport, rows.join(" "), "file");
        break;
      default:
        if (!passedTags.has(tag)) takeUnknown(field);
    }
  }

  function takeUnknown({ tag, row, rows }: TaggedField): void {
    if (unknownTags.has(tag) || unknownTags.size >= unknownTagsToldMax) return;
    unknownTags.add(tag);
    problem(row, unknownField(tag), `:${tag}:${rows.join(" ")}`, "none");
  }

  /** The open statement; where `heads`, the one that a field of the head begins when the last has its closing balance. */
  function statementAt(row: number, heads: boolean): OpenStatement {
    if (open === null || (heads && open.closed)) return begin(row);
    return open;
  }

  /** The open statement, with the line before and the head told. */
  function headedAt(row: number): OpenStatement {
    const statement = statementAt(row, false);
    flush(statement);
    tellHead(statement);
    return statement;
  }

  function begin(row: number): OpenStatement {
    endStatement(row);
    begun = true;
    open = openStatement(row);
    return open;
  }

  function takeMovement(statement: OpenStatement, { row, rows }: TaggedField): void {
    const text = rows[0] ?? "";
    if (statement.currency === null) {
      problem(row, noCurrency, text, "line");
      return;
    }
    const movement = parseMovement(text, statement.currency);
    if (!movement.ok) {
      problem(row, movement.problem, text, "line");
    } else if (movement.value.expected) {
      problem(row, expectedEntry, text, "line");
    } else {
      note(row, movement.value.problem, text);
      pending = pendingLine(row, movement.value, rows.slice(1).join(" "));
    }
  }

  function tellHead(statement: OpenStatement): void {
    if (statement.told || dead) return;
    statement.told = true;
    tell({ kind: "statement", head: headOf(statement, options.currency) });
    for (const found of missingOf(statement)) note(statement.row, found, "");
  }

  function flush(statement: OpenStatement): void {
    if (pending === null || dead) return;
    const complete = pending;
    pending = null;
    if (lines >= linesMax) {
      problem(complete.row, tooManyLines, "", "file");
      return;
    }
    lines += 1;
    if (statement.closed) problem(complete.row, afterClosing, "", "none");
    tell({ kind: "line", line: completeLine(complete) });
  }

  function endStatement(row: number): void {
    if (open === null || dead) return;
    const ended = open;
    flush(ended);
    open = null;
    if (ended.closed) tell({ kind: "end", foot: footOf(ended) });
    else problem(row, cutAfter(ended.row), "", "file");
  }

  const cutter = createFieldCutter({ field: takeField, problem, begun: () => begun });
  const splitter = createRowSplitter((text, row, cut) => {
    if (dead) return;
    if (text.trim() !== "") anyText = true;
    cutter.take(text, row, cut);
  });
  return {
    write(text) {
      if (!dead) splitter.write(text);
    },
    end() {
      if (dead) return;
      splitter.end();
      cutter.end();
      endStatement(0);
      if (begun || dead) return;
      problem(0, anyText ? notThisFormat : emptyFile, "", "file");
    },
  };
}
