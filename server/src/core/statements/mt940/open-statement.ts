import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { plainText, type StatementFoot, type StatementHead } from "../statement.ts";
import { type FieldProblem, parseAccount, parseBalance } from "./fields.ts";
import { missing, otherCurrency, secondOpening } from "./problems.ts";

const numberCharactersMax = 80;

/** One statement, from the first field of its head to its closing balance: what its fields have said so far. */
export interface OpenStatement {
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

export function openStatement(row: number): OpenStatement {
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

/** Field 25. */
export function takeAccount(statement: OpenStatement, text: string): void {
  const { account, currency } = parseAccount(text);
  statement.account = account === null ? null : plainText(account, numberCharactersMax);
  statement.accountCurrency = currency;
}

/** Field 28. */
export function takeNumber(statement: OpenStatement, text: string): void {
  statement.number = plainText(text, numberCharactersMax);
}

/** Field 60. @returns what is wrong with it; nothing is lost by that */
export function takeOpening(statement: OpenStatement, text: string): FieldProblem | null {
  if (statement.opening) return secondOpening;
  const balance = parseBalance(text);
  statement.opening = true;
  if (!balance.ok) {
    statement.unknownCurrency = balance.problem.code === "unknown_currency";
    return balance.problem;
  }
  statement.openingMinor = balance.value.amountMinor;
  statement.currency = balance.value.currency;
  return null;
}

/** Field 62, F or M. @returns what is wrong with it; nothing is lost by that */
export function takeClosing(
  statement: OpenStatement,
  tag: string,
  row: number,
  text: string,
): FieldProblem | null {
  const closing = parseBalance(text);
  statement.closed = true;
  statement.continued = tag === "62M";
  statement.closingRow = row;
  statement.closingMinor = null;
  if (!closing.ok) return closing.problem;
  statement.closingOn = closing.value.on;
  if (closing.value.currency !== statement.currency) return otherCurrency;
  statement.closingMinor = closing.value.amountMinor;
  return null;
}

/** Field 64. @returns what is wrong with it; nothing is lost by that */
export function takeAvailable(statement: OpenStatement, text: string): FieldProblem | null {
  const available = parseBalance(text);
  if (!available.ok) return available.problem;
  if (available.value.currency !== statement.currency) return otherCurrency;
  statement.availableMinor = available.value.amountMinor;
  return null;
}

/**
 * The head, once a field after it has come. The currency is the opening balance's, else the account field's, else
 * `fallback`; none at all where the balance names one that does not exist.
 */
export function headOf(statement: OpenStatement, fallback: CurrencyCode | null): StatementHead {
  if (!statement.unknownCurrency) {
    statement.currency ??= statement.accountCurrency ?? fallback;
  }
  const { row, account, currency, number, openingMinor } = statement;
  return { row, account, accountName: null, currency, number, openingMinor };
}

/** What the head should have said and did not. */
export function missingOf({ account, opening }: OpenStatement): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (account === null) problems.push(missing("25", "the account"));
  if (!opening) problems.push(missing("60F", "the opening balance"));
  return problems;
}

export function footOf(statement: OpenStatement): StatementFoot {
  const { openingMinor, closingMinor, availableMinor, closingOn, continued } = statement;
  return {
    row: statement.closingRow,
    openingMinor,
    closingMinor,
    availableMinor,
    closingOn,
    firstOn: null,
    lastOn: null,
    continued,
  };
}
