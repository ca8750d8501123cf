import { parse } from "csv-parse/sync";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import { parseLocalDate } from "../../core/dates.ts";
import { formatDecimal, magnitude, money, parseDecimal } from "../../core/money.ts";
import { csvTextCell, withoutApostrophe } from "../../core/statements/csv/print.ts";
import type { ArrivedLine, PlatformLine } from "../platform.ts";

/** The columns of a journal, in this order. Money that comes in stands under Debit: the account's own side of it. */
const columns = [
  ...["Date", "Account", "Description", "Counterparty", "Reference"],
  ...["Debit", "Credit", "Balance", "Currency", "Line"],
] as const;

export interface Journal {
  /** What the account is called in the books. */
  readonly account: string;
  readonly currency: CurrencyCode;
  readonly lines: readonly PlatformLine[];
}

/**
 * A journal as CSV by RFC 4180, with a byte order mark, without which spreadsheets take UTF-8 for the machine's own code
 * page. A text that a spreadsheet would run as a formula has an apostrophe before it, which `readJournal` takes off.
 */
export function printJournal({ account, currency, lines }: Journal): string {
  const amount = (minor: bigint) => formatDecimal(money(minor, currency));
  const rows = lines.map((line) => {
    const size = amount(magnitude(line.amountMinor));
    return [
      ...[line.bookedOn, csvTextCell(account), csvTextCell(line.description)],
      ...[csvTextCell(line.counterpartyName ?? ""), csvTextCell(line.reference ?? "")],
      ...(line.amountMinor < 0n ? ["", size] : [size, ""]),
      line.balanceMinor === null ? "" : amount(line.balanceMinor),
      ...[currency, csvTextCell(line.id)],
    ].join(",");
  });
  return `\ufeff${[columns.join(","), ...rows].join("\r\n")}\r\n`;
}

/**
 * The lines that stand in a journal's file now: somebody may have edited it. A row that cannot be read any more is left
 * out, so that its line counts as not there; a file that is no journal has none.
 * @param name of the file, which the ids of its lines begin with
 */
export function readJournal(text: string, name: string): ArrivedLine[] {
  const rows = rowsOf(text);
  const header = rows[0];
  if (header === undefined || !columns.every((column) => header.includes(column))) return [];
  return rows.slice(1).flatMap((cells, at) => {
    const cell = (column: (typeof columns)[number]) => cells[header.indexOf(column)] ?? "";
    const currency = parseCurrencyCode(cell("Currency"));
    const bookedOn = parseLocalDate(cell("Date").trim());
    const amountMinor = currency && amountOf(cell("Debit"), cell("Credit"), currency);
    if (currency === null || bookedOn === null || amountMinor === null) return [];
    const id = withoutApostrophe(cell("Line")).trim();
    return {
      externalId: `${name}:${at + 2}`,
      lineId: id === "" ? null : id,
      ...{ bookedOn, amountMinor, balanceMinor: minorOf(cell("Balance"), currency) },
      description: withoutApostrophe(cell("Description")),
    };
  });
}

function rowsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch {
    return [];
  }
}

function amountOf(debit: string, credit: string, currency: CurrencyCode): bigint | null {
  const [inwards, outwards] = [minorOf(debit, currency), minorOf(credit, currency)];
  if (inwards === null && outwards === null) return null;
  return (inwards ?? 0n) - (outwards ?? 0n);
}

function minorOf(cell: string, currency: CurrencyCode): bigint | null {
  const parsed = parseDecimal(cell, currency);
  return parsed.ok ? parsed.value.amountMinor : null;
}
