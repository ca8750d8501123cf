import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import type { Money, MoneyProblem } from "../../money.ts";
import { failed, ok, type Result } from "../../result.ts";
import {
  plainText,
  quoted,
  referenceCharactersMax,
  type StatementLine,
  type StatementProblem,
} from "../statement.ts";
import { describeOfxLine } from "./description.ts";
import { parseOfxAmount, parseOfxDay } from "./fields.ts";

/** The values of one STMTTRN by name; those of an aggregate within it as "PAYEE.NAME". */
export type OfxFields = ReadonlyMap<string, string>;

export interface OfxContext {
  /** What amounts are read in; null where neither the file nor anybody says. */
  readonly currency: CurrencyCode | null;
  /** Whether the file is one of this product's own exports. */
  readonly own: boolean;
}

export interface OfxLine {
  readonly line: StatementLine | null;
  readonly problem: StatementProblem | null;
}

/**
 * What one STMTTRN says.
 *
 * - Its id is FITID, unique within one account only. Some banks write "0" everywhere: zeros alone are none.
 * - TRNAMT carries the direction; TRNTYPE does not decide it.
 * - Its amount is in the statement's currency, unless CURRENCY names another: such a line cannot be added exactly.
 *   ORIGCURRENCY only tells what it was before the bank converted it.
 * - With CORRECTACTION the bank corrects a transaction of an earlier file, named by CORRECTFITID. REPLACE: this one is
 *   taken, with a word. DELETE: it is no movement, and no line. What was imported before is a person's to remove.
 */
export function readOfxTransaction(fields: OfxFields, row: number, context: OfxContext): OfxLine {
  const day = fields.get("DTPOSTED") ?? fields.get("DTUSER") ?? null;
  const bookedOn = day === null ? null : parseOfxDay(day);
  if (bookedOn === null) {
    return day === null
      ? lost(row, "missing_date", "", "The transaction has no date (DTPOSTED).")
      : lost(row, "bad_date", day, "A day is expected, such as 20260105.");
  }
  const corrected = fields.get("CORRECTFITID") ?? null;
  if (corrected !== null && fields.get("CORRECTACTION")?.toUpperCase() === "DELETE") {
    const message =
      "The bank withdraws a transaction that it told before: it adds no line here, and if it was imported it is to be removed.";
    return { line: null, problem: noted(row, corrected, message) };
  }
  const amount = readAmount(fields, context.currency);
  if (!amount.ok) return { line: null, problem: { row, loss: "line", ...amount.problem } };
  return {
    line: lineOf(fields, row, bookedOn, amount.value.amountMinor, context),
    problem:
      corrected === null
        ? null
        : noted(
            row,
            corrected,
            "This transaction replaces one that the bank told before: if that was imported, it is to be removed.",
          ),
  };
}

function lineOf(
  fields: OfxFields,
  row: number,
  bookedOn: LocalDate,
  amountMinor: bigint,
  { own }: OfxContext,
): StatementLine {
  const { description, counterpartyName } = describeOfxLine(
    {
      name: fields.get("NAME") ?? null,
      extendedName: fields.get("EXTDNAME") ?? null,
      payee: fields.get("PAYEE.NAME") ?? null,
      memo: fields.get("MEMO") ?? null,
    },
    own,
  );
  const reference = fields.get("CHECKNUM") ?? fields.get("REFNUM") ?? null;
  const id = fields.get("FITID") ?? "";
  return {
    row,
    bookedOn,
    amountMinor,
    description: description ?? describeType(fields),
    counterpartyName,
    reference: reference === null ? null : plainText(reference, referenceCharactersMax),
    fileId: /^0*$/.test(id) ? null : plainText(id, referenceCharactersMax),
  };
}

type AmountProblem = Pick<StatementProblem, "code" | "text" | "message">;

function readAmount(
  fields: OfxFields,
  currency: CurrencyCode | null,
): Result<Money, AmountProblem> {
  const text = fields.get("TRNAMT") ?? null;
  if (text === null) return failed(amountProblem("missing_amount", "", "It has no TRNAMT."));
  if (currency === null) {
    const message = "The amount's currency is not known: the file names none that can be used.";
    return failed(amountProblem("unknown_currency", text, message));
  }
  const other = fields.get("CURRENCY.CURSYM");
  if (other !== undefined && parseCurrencyCode(other) !== currency) {
    const message = `The amount is in another currency than the statement, which is in ${currency}.`;
    return failed(amountProblem("other_currency", `${text} ${other}`, message));
  }
  const amount = parseOfxAmount(text, currency);
  if (!amount.ok) return failed(decimalProblem(amount.problem));
  if (amount.value.amountMinor === 0n) {
    return failed(amountProblem("zero_amount", text, "A transaction of nothing is passed over."));
  }
  return ok(amount.value);
}

function decimalProblem({ code, text, currency }: MoneyProblem): AmountProblem {
  switch (code) {
    case "too_many_digits":
      return amountProblem(code, text, `The amount has more decimals than ${currency} has.`);
    case "out_of_range":
      return amountProblem(code, text, "The amount is beyond what can be kept.");
    default:
      return amountProblem("bad_amount", text, "An amount is expected, such as -1234.56.");
  }
}

function amountProblem(
  code: StatementProblem["code"],
  text: string,
  message: string,
): AmountProblem {
  return { code, text: quoted(text), message };
}

function lost(row: number, code: StatementProblem["code"], text: string, message: string): OfxLine {
  return { line: null, problem: { row, code, text: quoted(text), message, loss: "line" } };
}

function noted(row: number, text: string, message: string): StatementProblem {
  return { row, code: "not_for_the_books", text: quoted(text), message, loss: "none" };
}

/** For a transaction without NAME and MEMO. */
function describeType(fields: OfxFields): string {
  const type = fields.get("TRNTYPE")?.toUpperCase() ?? "";
  const number = fields.get("CHECKNUM");
  if (type === "CHECK" && number) return plainText(`Check ${number}`, referenceCharactersMax) ?? "";
  return typeNames.get(type) ?? "Transaction";
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ["CREDIT", "Credit"],
  ["DEBIT", "Debit"],
  ["INT", "Interest"],
  ["DIV", "Dividend"],
  ["FEE", "Bank fee"],
  ["SRVCHG", "Service charge"],
  ["DEP", "Deposit"],
  ["ATM", "Cash machine"],
  ["POS", "Card payment"],
  ["XFER", "Transfer"],
  ["CHECK", "Check"],
  ["PAYMENT", "Payment"],
  ["CASH", "Cash withdrawal"],
  ["DIRECTDEP", "Direct deposit"],
  ["DIRECTDEBIT", "Direct debit"],
  ["REPEATPMT", "Standing order"],
]);
