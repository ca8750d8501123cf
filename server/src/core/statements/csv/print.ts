import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { formatDecimal } from "../../money.ts";

/** A line as the export prints it. The last three are printed only where the export has their columns. */
export interface CsvExportLine {
  readonly bookedOn: LocalDate;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly account?: string;
  readonly status?: string;
  readonly pending?: boolean;
}

export type CsvExportExtra = "account" | "status" | "pending";

const columns = ["Date", "Description", "Counterparty", "Reference", "Amount", "Currency"];
const extraColumns: Readonly<Record<CsvExportExtra, string>> = {
  account: "Account",
  status: "Status",
  pending: "Pending",
};

/**
 * The first row of an export, with a byte order mark, without which spreadsheets take UTF-8 for the machine's own
 * code page. CSV by RFC 4180: comma, CRLF, quotes where a cell needs them. Rows are printed one by one, so that an
 * export can stream: header, then `csvExportRow` for each line with the same extras.
 */
export function csvExportHeader(extras: readonly CsvExportExtra[] = []): string {
  return `\ufeff${[...columns, ...extras.map((extra) => extraColumns[extra])].join(",")}\r\n`;
}

/**
 * One line as a row of the export. Dates are ISO 8601; amounts are plain decimals, negative for money out. A text that
 * a spreadsheet would run as a formula is printed with an apostrophe before it, which the reader takes off again.
 */
export function csvExportRow(line: CsvExportLine, extras: readonly CsvExportExtra[] = []): string {
  const cells = [
    line.bookedOn,
    csvTextCell(line.description),
    csvTextCell(line.counterpartyName ?? ""),
    csvTextCell(line.reference ?? ""),
    formatDecimal({ amountMinor: line.amountMinor, currency: line.currency }),
    line.currency,
    ...extras.map((extra) => extraCell(line, extra)),
  ];
  return `${cells.join(",")}\r\n`;
}

function extraCell(line: CsvExportLine, extra: CsvExportExtra): string {
  if (extra === "pending") return line.pending === true ? "yes" : "no";
  return csvTextCell(line[extra] ?? "");
}

/** A text as one cell of a CSV row: neutralised where a spreadsheet would run it, quoted where it needs to be. */
export function csvTextCell(text: string): string {
  const harmless = neutralised(text);
  return /[",\r\n;\t|]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * What spreadsheets run as a formula (OWASP, "CSV Injection"), also after blanks, and in the full-width forms that East
 * Asian versions take. Apostrophes before it are passed over, so that taking one off again is unambiguous.
 */
const formula = /^[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/;

/** A text that no spreadsheet runs: one that would be has an apostrophe before it. */
export function neutralised(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The text that `csvTextCell` neutralised. */
export function withoutApostrophe(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** Whether a file's column names are those of an export of ours: then its apostrophes are taken off. */
export function isOwnExport(headers: readonly string[]): boolean {
  return columns.every((column, place) => headers[place] === column);
}
