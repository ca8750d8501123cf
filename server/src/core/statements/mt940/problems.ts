import { linesMax } from "../statement.ts";
import type { FieldProblem } from "./fields.ts";
import { rowCharactersMax } from "./rows.ts";

/** What is wrong with a file or a statement, beyond what `fields.ts` says of single fields. */

export function missing(tag: string, what: string): FieldProblem {
  return { code: "missing_field", message: `The statement does not say ${what} (:${tag}:).` };
}

export function cutAfter(row: number): FieldProblem {
  const message = `The statement that begins in row ${row} has no closing balance (:62F:): the file was cut.`;
  return { code: "truncated", message };
}

export function unknownField(tag: string): FieldProblem {
  const message = `A statement has no field ${tag}: it is passed over wherever it stands.`;
  return { code: "unknown_code", message };
}

export const emptyFile: FieldProblem = { code: "empty", message: "There is nothing in the file." };
export const notThisFormat: FieldProblem = {
  code: "not_this_format",
  message: "There is no field of an MT940 statement, such as :20: or :61:.",
};
export const interimReport: FieldProblem = {
  code: "not_for_the_books",
  message: "This is an interim report (MT942): ask the bank for the statement (MT940).",
};
export const tooLong: FieldProblem = {
  code: "too_long",
  message: `The field is longer than ${rowCharactersMax} characters: its rest was dropped.`,
};
export const secondOpening: FieldProblem = {
  code: "misplaced_record",
  message: "The statement has an opening balance already: the first one counts.",
};
export const noCurrency: FieldProblem = {
  code: "unknown_currency",
  message: "The statement's currency is not known, so the amount cannot be read.",
};
export const expectedEntry: FieldProblem = {
  code: "not_for_the_books",
  message: "The entry is expected (EC, ED) and not booked.",
};
export const otherCurrency: FieldProblem = {
  code: "other_currency",
  message: "The balance is in another currency than the statement: it was left out.",
};
export const afterClosing: FieldProblem = {
  code: "misplaced_record",
  message: "The line stands after the statement's closing balance.",
};
export const tooManyLines: FieldProblem = {
  code: "too_many_lines",
  message: `The file has more than ${linesMax.toLocaleString("en")} lines: bring it in in parts.`,
};
