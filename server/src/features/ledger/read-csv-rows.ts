import { CsvError, parse } from "csv-parse/sync";
import type { LedgerImportProblem, TableRow } from "../../core/ledger-import.ts";

/** The most characters and rows of a chart that is imported: a hundred times a small company's. */
export const csvCharactersMax = 500_000;
export const csvRowsMax = 10_000;
const problemsMax = 200;

/**
 * The rows of a CSV file, each with its line: after RFC 4180, with commas, semicolons or tabs (whichever the first line
 * has most of), with or without a byte order mark, in any of the three line endings. Empty rows are passed over. What is
 * no CSV is a problem with its line; never throws.
 */
export function readCsvRows(
  text: string,
  charactersMax = csvCharactersMax,
): {
  readonly rows: readonly TableRow[];
  readonly problems: readonly LedgerImportProblem[];
} {
  if (text.length > charactersMax) {
    const message = `The file is larger than ${charactersMax.toLocaleString("en")} characters.`;
    return { rows: [], problems: [{ line: 1, message }] };
  }
  // csv-parse counts two lines for each CRLF inside quotation marks.
  const lines = text.replace(/\r\n?/g, "\n");
  const problems: LedgerImportProblem[] = [];
  const note = (error: unknown, raw = "") => {
    if (problems.length < problemsMax) problems.push(problemOf(error, raw));
    return undefined;
  };
  try {
    // Declared for bare rows only; `info` and `raw` make each an object.
    const records = parse(lines, {
      bom: true,
      delimiter: delimiterOf(lines),
      info: true,
      raw: true,
      // One more than are taken, so that it shows.
      to: csvRowsMax + 2,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // All problems at once, and not one for each attempt.
      skip_records_with_error: true,
      on_skip: note,
    }) as unknown as ParsedRow[];
    if (records.length > csvRowsMax + 1) {
      const message = `The file has more than ${csvRowsMax.toLocaleString("en")} rows.`;
      problems.push({ line: 1, message });
      return { rows: [], problems };
    }
    return { rows: records.map(rowOf), problems };
  } catch (error) {
    note(error);
    return { rows: [], problems };
  }
}

interface ParsedRow {
  readonly record: string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** csv-parse tells the line on which a row ends; people look for the one on which it begins. */
function rowOf({ record, raw, info }: ParsedRow): TableRow {
  return { line: beginOf(info.lines, raw), cells: record };
}

function beginOf(endLine: number, raw: string): number {
  // Empty lines before a row come with it.
  const breaks = raw.replace(/^\n+|\n$/g, "").split("\n").length - 1;
  return Math.max(1, endLine - breaks);
}

function delimiterOf(text: string): string {
  const end = text.indexOf("\n");
  const header = end === -1 ? text : text.slice(0, end);
  const count = (delimiter: string) => header.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

function problemOf(error: unknown, raw: string): LedgerImportProblem {
  if (!(error instanceof CsvError)) throw error;
  const line = beginOf(Number(error.lines) || 1, raw);
  const message = sentences[error.code] ?? "The line cannot be read as CSV.";
  return { line, message };
}

const sentences: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "A quotation mark that was opened is not closed.",
  CSV_INVALID_CLOSING_QUOTE: "Something follows a closing quotation mark.",
  INVALID_OPENING_QUOTE: "A quotation mark stands inside a field that does not begin with one.",
};
