import { currencyExponent } from "../../../core/currencies.ts";
import { formatDecimal, magnitude, money } from "../../../core/money.ts";
import { neutralised } from "../../../core/statements/csv/print.ts";
import type { Match } from "../../reconciliation/match.ts";
import type { BankTransaction } from "../../transactions/bank-transaction.ts";

/** One row of the workbook, as plain data that goes to the thread which writes it. */
export interface LedgerRow {
  /** Midnight UTC of the day, in milliseconds. */
  readonly day: number;
  readonly description: string;
  readonly reference: string;
  readonly credit: LedgerAmount | null;
  readonly debit: LedgerAmount | null;
  readonly status: string;
  readonly notes: string;
}

export interface LedgerAmount {
  /** A number where a spreadsheet's 15 digits hold it exactly, otherwise the decimal as text. */
  readonly value: number | string;
  /** How it is shown. */
  readonly format: string;
}

export interface LedgerLine {
  readonly line: BankTransaction;
  readonly matches: readonly Match[];
  readonly excluded: { readonly by: string; readonly at: Date } | null;
  /** Where the ledger is of several accounts: which one. */
  readonly account: string | null;
}

/** The most characters of a cell: Excel's own bound. */
const cellCharactersMax = 32_767;

/** @param inSeveral whether the ledger has lines of several currencies: amounts then name theirs */
export function ledgerRow(given: LedgerLine, inSeveral: boolean): LedgerRow {
  const { line } = given;
  const amount = amountOf(line, inSeveral);
  return {
    day: Date.parse(`${line.bookedOn}T00:00:00Z`),
    description: cellText(line.description),
    reference: cellText(line.reference ?? ""),
    credit: line.amountMinor > 0n ? amount : null,
    debit: line.amountMinor < 0n ? amount : null,
    status: statusOf(given),
    notes: cellText(notesOf(given).join(". ")),
  };
}

function cellText(text: string): string {
  // Half of a pair of surrogates is no character that the file's XML can hold.
  return neutralised(text.replace(/\p{Cs}/gu, "_")).slice(0, cellCharactersMax);
}

const digitsExactMax = 15;

function amountOf({ amountMinor, currency }: BankTransaction, inSeveral: boolean): LedgerAmount {
  const minor = magnitude(amountMinor);
  const decimal = formatDecimal(money(minor, currency));
  const exponent = currencyExponent(currency);
  const plain = exponent === 0 ? "#,##0" : `#,##0.${"0".repeat(exponent)}`;
  return {
    value: String(minor).length > digitsExactMax ? decimal : Number(decimal),
    format: inSeveral ? `"${currency}" ${plain}` : plain,
  };
}

function statusOf({ line, matches }: LedgerLine): string {
  if (line.status === "excluded") return "Excluded";
  if (line.status === "removed") return "Removed";
  if (line.status === "unmatched") return "Unmatched";
  const how = matches.some(({ origin }) => origin === "manual") ? "manual" : "auto";
  return line.status === "part_matched" ? `Part matched (${how})` : `Matched (${how})`;
}

function notesOf({ line, matches, excluded, account }: LedgerLine): string[] {
  return [
    ...(account === null ? [] : [account]),
    ...(line.pending ? ["Pending at the bank"] : []),
    ...(excluded
      ? [`Excluded: ${line.exclusionReason ?? ""} (${excluded.by}, ${dayOf(excluded.at)})`]
      : []),
    ...matches.map(({ payments, decidedBy, decidedAt }) => {
      const own = payments.filter(({ transactionId }) => transactionId === line.id);
      const numbers = [...new Set(own.map(({ openItem }) => openItem.number))];
      return `Matched with ${numbers.join(", ")} (${decidedBy}, ${dayOf(decidedAt)})`;
    }),
  ];
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
