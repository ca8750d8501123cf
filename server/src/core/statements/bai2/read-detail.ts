import type { LocalDate } from "../../dates.ts";
import {
  descriptionCharactersMax,
  plainText,
  referenceCharactersMax,
  type StatementLine,
  type StatementProblem,
} from "../statement.ts";
import type { DetailFields } from "./detail-fields.ts";
import { minorOf, type PrintedMoney, parsePrinted } from "./fields.ts";
import { meaningOfType, nameOfType } from "./type-codes.ts";

/** What is wrong with a record, without the row on which it stands. */
export type RecordProblem = Omit<StatementProblem, "row">;

/**
 * The line that a transaction (16) is; null for one that only carries words.
 *
 * @param asOf the group's day, on which all of its transactions are booked
 * @param start the record as the file has it, for problems
 */
export function readDetail(
  detail: DetailFields,
  row: number,
  start: string,
  asOf: LocalDate | null,
  money: PrintedMoney | null,
): { readonly line: StatementLine | null; readonly problem: RecordProblem | null } {
  const { type, amount } = detail;
  const meaning = meaningOfType(type);
  if (meaning === "words") return { line: null, problem: null };
  if (meaning === "unknown" || meaning === "status" || meaning === "total") {
    const what =
      meaning === "unknown" ? "is unknown" : "is a balance's or a sum's, not a payment's";
    return lost("unknown_code", type === "" ? start : type, `The type of this record ${what}.`);
  }
  if (amount === "") return lost("missing_amount", start, "This record has no amount.");
  const printed = parsePrinted(amount);
  if (printed === null || amount.startsWith("-")) {
    return lost("bad_amount", amount, "An amount is a whole number without a sign or a point.");
  }
  if (printed === 0n) {
    const problem = problemOf("zero_amount", start, "This record moves no money.", "none");
    return { line: null, problem };
  }
  if (money === null) {
    return lost("unknown_currency", start, "The currency of this record's account is unknown.");
  }
  if (asOf === null)
    return lost("missing_date", start, "The day of this record's group is unknown.");
  const minor = minorOf(printed, money);
  if (minor === null) {
    const message = "This amount is too large, or has digits that its currency has not.";
    return lost("out_of_range", amount, message);
  }
  const line = {
    row,
    bookedOn: asOf,
    amountMinor: meaning === "debit" ? -minor : minor,
    description: descriptionOf(detail),
    counterpartyName: null,
    reference: referenceOf(detail),
    fileId: null,
  };
  return { line, problem: detail.badFunds === null ? null : badFunds(detail.badFunds) };
}

function descriptionOf(detail: DetailFields): string {
  const text = detail.badFunds === null ? detail.text : null;
  return (text && quickPlain(text, descriptionCharactersMax)) || nameOfType(detail.type);
}

/** The customer's reference (of a cheque, its number), else the bank's; noughts only are none. */
function referenceOf(detail: DetailFields): string | null {
  if (detail.badFunds !== null) return null;
  const { customerReference, bankReference } = detail;
  for (const reference of [customerReference, bankReference]) {
    if (!/^0*$/.test(reference)) return quickPlain(reference, referenceCharactersMax);
  }
  return null;
}

/** Most texts are plain as they stand, and looking costs less than making them so. */
function quickPlain(text: string, charactersMax: number): string | null {
  if (text.length <= charactersMax && /^[!-~]+(?: [!-~]+)*$/.test(text)) return text;
  return plainText(text, charactersMax);
}

function badFunds(text: string): RecordProblem {
  const message = "The funds type is unknown: the references and the text after it were left out.";
  return problemOf("bad_field", text, message, "none");
}

function lost(
  code: RecordProblem["code"],
  text: string,
  message: string,
): { line: null; problem: RecordProblem } {
  return { line: null, problem: problemOf(code, text, message, "line") };
}

function problemOf(
  code: RecordProblem["code"],
  text: string,
  message: string,
  loss: RecordProblem["loss"],
): RecordProblem {
  return { code, text, message, loss };
}
