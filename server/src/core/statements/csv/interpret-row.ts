import { type CurrencyCode, parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { magnitude } from "../../money.ts";
import { normaliseText } from "../../text.ts";
import {
  descriptionCharactersMax,
  nameCharactersMax,
  plainText,
  quoted,
  referenceCharactersMax,
  type StatementProblem,
  type StatementProblemCode,
} from "../statement.ts";
import { type AmountReading, readAmount } from "./amount.ts";
import { isDay, readDay } from "./day.ts";
import type { CsvLayout } from "./layout.ts";

/** A row of a CSV file with its number in a spreadsheet. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** What a row says by a layout: what the preview shows and what is imported are this same reading. */
export interface InterpretedRow {
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly description: string;
  readonly reference: string | null;
  readonly counterpartyName: string | null;
  /** The balance after the line (or before it, where the file goes back in time). */
  readonly balanceMinor: bigint | null;
  /** What could not be read beside the line, such as its balance: nothing is lost by it. */
  readonly remark: StatementProblem | null;
}

export type RowInterpretation = InterpretedRow | { readonly problem: StatementProblem };

/** Reads one data row; a row that cannot be a line answers why, with loss "line". Never throws. */
export function interpretRow(
  layout: CsvLayout,
  currency: CurrencyCode,
  { row, cells }: CsvRow,
): RowInterpretation {
  const dateText = cellOf(cells, layout.dateColumn);
  const bookedOn = readDay(dateText, layout.dateOrder);
  if (!isDay(bookedOn)) return problem(row, bookedOn, dateText);
  if (layout.currencyColumn !== null) {
    const code = cellOf(cells, layout.currencyColumn);
    if (code !== currency && code.trim() !== "") {
      const stated = parseCurrencyCode(code);
      if (stated === null) return problem(row, "unknown_currency", code);
      if (stated !== currency) return problem(row, "other_currency", code);
    }
  }
  const amountMinor = readLineAmount(layout, currency, cells);
  if (typeof amountMinor !== "bigint") {
    return problem(row, amountMinor.code, amountMinor.text);
  }
  if (amountMinor === 0n) return problem(row, "zero_amount", amountText(layout, cells));
  const reference = textOf(cells, layout.referenceColumn, referenceCharactersMax);
  const counterpartyName = textOf(cells, layout.counterpartyColumn, nameCharactersMax);
  const description = readDescription(layout, cells) ?? counterpartyName ?? reference;
  if (description === null) return problem(row, "missing_description", cells.join(" "));
  const balance = readBalance(layout, currency, cells);
  return {
    bookedOn,
    amountMinor: layout.reversed ? -amountMinor : amountMinor,
    description,
    reference,
    counterpartyName,
    balanceMinor: typeof balance === "bigint" ? balance : null,
    remark:
      typeof balance === "string"
        ? problem(row, "bad_balance", cellOf(cells, layout.balanceColumn)).problem
        : null,
  };
}

/** Whether a row states an amount at all, in any of the layout's columns. */
export function statesAmount(layout: CsvLayout, cells: readonly string[]): boolean {
  return amountText(layout, cells).trim() !== "";
}

function cellOf(cells: readonly string[], column: number | null): string {
  return column === null ? "" : (cells[column] ?? "");
}

function amountText(
  { amountColumn, creditColumn, debitColumn }: CsvLayout,
  cells: readonly string[],
) {
  if (amountColumn !== null) return cellOf(cells, amountColumn);
  return `${cellOf(cells, creditColumn)} ${cellOf(cells, debitColumn)}`.trim();
}

type AmountFailure = { readonly code: StatementProblemCode; readonly text: string };

function readLineAmount(
  layout: CsvLayout,
  currency: CurrencyCode,
  cells: readonly string[],
): bigint | AmountFailure {
  if (layout.amountColumn === null) return readTwoColumns(layout, currency, cells);
  const text = cellOf(cells, layout.amountColumn);
  const amount = readAmount(text, layout.decimalSign, currency);
  if (typeof amount !== "bigint") return { code: amount, text };
  if (layout.indicatorColumn === null) return amount;
  const mark = cellOf(cells, layout.indicatorColumn);
  if (mark.trim() === "") return amount;
  const side = readIndicator(mark);
  if (side === null) return { code: "bad_field", text: mark };
  if (side === "debit") return -magnitude(amount);
  return amount < 0n ? { code: "bad_amount", text: `${text} ${mark}` } : amount;
}

/**
 * Money in and money out in columns of their own. A bank prints money out with or without a minus there: both mean out.
 * Money in with a minus is one that was taken back.
 */
function readTwoColumns(
  { creditColumn, debitColumn, decimalSign }: CsvLayout,
  currency: CurrencyCode,
  cells: readonly string[],
): bigint | AmountFailure {
  const creditText = cellOf(cells, creditColumn);
  const debitText = cellOf(cells, debitColumn);
  const credit: AmountReading =
    creditText === "" ? "missing_amount" : readAmount(creditText, decimalSign, currency);
  const debit: AmountReading =
    debitText === "" ? "missing_amount" : readAmount(debitText, decimalSign, currency);
  if (typeof credit === "string" && credit !== "missing_amount") {
    return { code: credit, text: creditText };
  }
  if (typeof debit === "string" && debit !== "missing_amount") {
    return { code: debit, text: debitText };
  }
  if (typeof credit === "bigint" && typeof debit === "bigint") {
    if (credit === 0n) return -magnitude(debit);
    if (debit === 0n) return credit;
    return { code: "both_debit_and_credit", text: `${creditText} ${debitText}` };
  }
  if (typeof credit === "bigint") return credit;
  if (typeof debit === "bigint") return -magnitude(debit);
  return { code: "missing_amount", text: "" };
}

/** What a mark beside an amount means, in a bank's word; null where it is none of them. */
export function readIndicator(mark: string): "debit" | "credit" | null {
  const known = indicators.get(mark);
  if (known !== undefined) return known;
  if (mark.length > 40) return null;
  return indicators.get(mark.trim()) ?? indicators.get(normaliseText(mark)) ?? null;
}

const indicators: ReadonlyMap<string, "debit" | "credit"> = new Map([
  ...(
    "-|d|dr|db|dbit|debit|debet|s|soll|af|out|money out|paid out|withdrawal|ausgang|lastschrift|belastung|" +
    "addebito|dare|cargo|adeudo|debito|uscita|sortie|payment|paid"
  )
    .split("|")
    .map((word) => [word, "debit"] as const),
  ...(
    "+|c|cr|crdt|credit|h|haben|bij|in|money in|paid in|deposit|eingang|gutschrift|" +
    "accredito|avere|abono|credito|entrata|entree|received"
  )
    .split("|")
    .map((word) => [word, "credit"] as const),
]);

function readBalance(
  { balanceColumn, decimalSign }: CsvLayout,
  currency: CurrencyCode,
  cells: readonly string[],
): bigint | "bad_balance" | null {
  if (balanceColumn === null) return null;
  const text = cellOf(cells, balanceColumn);
  if (text === "") return null;
  const balance = readAmount(text, decimalSign, currency);
  if (typeof balance === "bigint") return balance;
  return balance === "missing_amount" ? null : "bad_balance";
}

function readDescription(layout: CsvLayout, cells: readonly string[]): string | null {
  const [first, ...more] = layout.descriptionColumns;
  if (first === undefined) return null;
  if (more.length === 0) return textOf(cells, first, descriptionCharactersMax);
  const parts: string[] = [];
  for (const column of layout.descriptionColumns) {
    const part = textOf(cells, column, descriptionCharactersMax);
    if (part !== null && !parts.includes(part)) parts.push(part);
  }
  return plain(parts.join(" "), descriptionCharactersMax);
}

function textOf(
  cells: readonly string[],
  column: number | null,
  charactersMax: number,
): string | null {
  const text = cellOf(cells, column);
  return text === "" ? null : plain(text, charactersMax);
}

/** `plainText`, without its work where there is none: nearly always. */
function plain(text: string, charactersMax: number): string | null {
  if (text === "") return null;
  if (text.length <= charactersMax && !/[^\x20-\x7e\u00a1-\u024f]| {2}|^ | $/.test(text)) {
    return text;
  }
  return plainText(text, charactersMax);
}

function problem(
  row: number,
  code: StatementProblemCode,
  text: string,
): { readonly problem: StatementProblem } {
  return {
    problem: {
      row,
      code,
      text: quoted(text),
      message: messages[code] ?? "The row cannot be read.",
      loss: code === "bad_balance" ? "none" : "line",
    },
  };
}

const messages: Partial<Record<StatementProblemCode, string>> = {
  missing_date: "The row has no date.",
  bad_date:
    "The date cannot be read: there is no such day, or it is written another way than the others.",
  missing_amount: "The row has no amount.",
  bad_amount: "The amount cannot be read as a number with the file's decimal sign.",
  too_many_digits: "The amount has more digits after its decimal sign than the currency has.",
  out_of_range: "The amount is too large.",
  zero_amount: "The amount is zero: there is nothing to book.",
  both_debit_and_credit: "The row has both money in and money out: one of them is expected.",
  other_currency: "The row is in another currency than the account.",
  unknown_currency: "The currency is no code of ISO 4217, such as EUR.",
  missing_description: "The row has no description.",
  bad_balance: "The balance cannot be read; the line itself can.",
  bad_field: "The mark for debit or credit is none that is known, such as D or C.",
};
