import { roleOfHeader } from "./column-words.ts";
import { looksLikeAmount, looksLikeDate } from "./find-columns.ts";
import type { CsvRow } from "./interpret-row.ts";
import { type Delimiter, delimiters } from "./layout.ts";
import { createCsvRows } from "./rows.ts";

/** Where a table stands in the beginning of a file. */
export interface FoundTable {
  readonly delimiter: Delimiter;
  /** As in the layout: 0, or the last row before the data, where no row names the columns. */
  readonly headerRow: number;
  /** The cells of the header row; as many empty ones as there are columns where no row names them. */
  readonly headers: readonly string[];
  /** The rows below, without blank ones. */
  readonly rows: readonly CsvRow[];
}

/** Banks print up to some twenty rows before the header. */
const preambleRowsMax = 60;

/** Finds delimiter and header by what makes the best table: names that are known, then rows with a date and an amount. */
export function findTable(beginning: string, whole: boolean): FoundTable {
  let best: FoundTable | null = null;
  let bestScore = -1;
  for (const delimiter of delimiters) {
    const rows = rowsOf(beginning, delimiter, whole);
    const { table, score } = tableIn(delimiter, rows);
    if (score <= bestScore) continue;
    best = table;
    bestScore = score;
  }
  return best ?? { delimiter: ",", headerRow: 0, headers: [], rows: [] };
}

function rowsOf(beginning: string, delimiter: Delimiter, whole: boolean): CsvRow[] {
  const rows: CsvRow[] = [];
  const parted = createCsvRows(delimiter, {
    row(row, cells) {
      rows.push({ row, cells });
    },
    refuse() {
      // The reader says so with its row; what came before is looked at.
    },
  });
  parted.write(beginning);
  parted.end();
  // The last one may be cut.
  if (!whole && rows.length > 1) rows.pop();
  return rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
}

function tableIn(
  delimiter: Delimiter,
  rows: readonly CsvRow[],
): { table: FoundTable; score: number } {
  const { header, names } = namedHeader(rows);
  const firstData = rows.findIndex(isData);
  const at = header ?? unknownHeader(rows, firstData);
  const below = rows.slice(at === null ? Math.max(0, firstData) : at + 1);
  const dataRows = below.filter(isData).length;
  const width = Math.max(0, ...below.slice(0, preambleRowsMax).map(({ cells }) => cells.length));
  const headers = at === null ? Array.from({ length: width }, () => "") : (rows[at]?.cells ?? []);
  const headerRow = at === null ? (below[0]?.row ?? 1) - 1 : (rows[at]?.row ?? 0);
  return {
    table: { delimiter, headerRow, headers: headers.map((name) => name.trim()), rows: below },
    score: names * 1_000 + Math.min(dataRows, 200) * 4 + Math.min(width, 30) / 10,
  };
}

/** The row that names the most columns by known words. */
function namedHeader(rows: readonly CsvRow[]): { header: number | null; names: number } {
  let header: number | null = null;
  let names = 1;
  for (const [at, { cells }] of rows.slice(0, preambleRowsMax).entries()) {
    const roles = new Set<string>();
    for (const cell of cells) {
      const found = roleOfHeader(cell);
      if (found !== null) roles.add(found.role);
    }
    const figures = ["date", "amount", "credit", "debit"].some((role) => roles.has(role));
    if (!figures || roles.size <= names || isData({ row: 0, cells })) continue;
    header = at;
    names = roles.size;
  }
  return { header, names: header === null ? 0 : names };
}

/** The row above the first data row, where it has a text in nearly every column and no figure. */
function unknownHeader(rows: readonly CsvRow[], firstData: number): number | null {
  const above = rows[firstData - 1];
  const below = rows[firstData];
  if (above === undefined || below === undefined) return null;
  const texts = above.cells.filter((cell) => /\p{L}/u.test(cell) && !/\d{3}/.test(cell));
  return texts.length >= Math.max(2, below.cells.length - 2) ? firstData - 1 : null;
}

function isData({ cells }: CsvRow): boolean {
  return (
    cells.length >= 3 &&
    cells.some(looksLikeDate) &&
    cells.some((cell) => looksLikeAmount(cell) && !looksLikeDate(cell))
  );
}
