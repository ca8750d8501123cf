import type { TableRow } from "../../core/ledger-import.ts";
import { readCsvRows } from "../ledger/read-csv-rows.ts";
import { type RowProblem, rowProblemsMax } from "../loaded-rows.ts";

/** The most rows of a file of units or demands, besides its header. */
export const registerRowsMax = 5_000;
const registerCharactersMax = 2_000_000;

/** The table of a CSV file of units or demands. Never throws. */
export function readRegisterFile(csv: string): {
  readonly table: readonly TableRow[];
  readonly problems: readonly RowProblem[];
} {
  const { rows, problems } = readCsvRows(csv, registerCharactersMax);
  const unread = problems.map(({ line, message }) => ({ row: line, field: null, message }));
  if (rows.length > registerRowsMax + 1) {
    const message = `The file has more than ${registerRowsMax.toLocaleString("en")} rows.`;
    return { table: [], problems: [{ row: 1, field: null, message }] };
  }
  // A file that is no CSV at all has no rows to complain about.
  const isEmpty = rows.length === 0 && unread.length === 0;
  const empty = { row: 1, field: null, message: "The file is empty." };
  return { table: rows, problems: isEmpty ? [empty] : unread };
}

/** In the order of the file, and no more than a person reads. */
export function told(problems: readonly RowProblem[]): RowProblem[] {
  return problems.toSorted((a, b) => a.row - b.row).slice(0, rowProblemsMax);
}
