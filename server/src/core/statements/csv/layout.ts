/** How a CSV file is laid out: which column means what, and how its dates and amounts are to be read. */
export interface CsvLayout {
  readonly delimiter: Delimiter;
  /** The row of the column names, counted as a spreadsheet does, from 1; 0 where the file begins with data. */
  readonly headerRow: number;
  /** Columns count from 0; null where there is none. */
  readonly dateColumn: number | null;
  /** Their texts are put together in this order, one space apart. */
  readonly descriptionColumns: readonly number[];
  /** Signed, or by the side of an indicator. Then there are no credit and debit columns. */
  readonly amountColumn: number | null;
  readonly creditColumn: number | null;
  readonly debitColumn: number | null;
  /** Says "debit" or "credit" for the amount column, in a bank's word: D, DR, S, Af, Débit. */
  readonly indicatorColumn: number | null;
  readonly referenceColumn: number | null;
  readonly counterpartyColumn: number | null;
  readonly balanceColumn: number | null;
  readonly currencyColumn: number | null;
  /** What 03/04/2026 means; null where nobody decided. Dates that say it themselves are read in any case. */
  readonly dateOrder: DateOrder | null;
  /** Null where nobody decided: then only whole numbers are read. */
  readonly decimalSign: DecimalSign | null;
  /** True where the file prints money out as positive, as many cards do. */
  readonly reversed: boolean;
}

export type Delimiter = "," | ";" | "\t" | "|";
export type DateOrder = "day_first" | "month_first" | "year_first";
export type DecimalSign = "point" | "comma";

export const delimiters: readonly Delimiter[] = [",", ";", "\t", "|"];
export const dateOrders: readonly DateOrder[] = ["day_first", "month_first", "year_first"];
export const decimalSigns: readonly DecimalSign[] = ["point", "comma"];

/** A bank's export has a dozen; files of more are refused (`too_wide`). */
export const columnsMax = 500;
const descriptionColumnsMax = 10;

type SingleColumn = (typeof singleColumns)[number];
const singleColumns = [
  "dateColumn",
  "amountColumn",
  "creditColumn",
  "debitColumn",
  "indicatorColumn",
  "referenceColumn",
  "counterpartyColumn",
  "balanceColumn",
  "currencyColumn",
] as const;

/** One column may be the description, the reference and the counterparty at once; these are only one thing. */
const exclusive: readonly SingleColumn[] = [
  "dateColumn",
  "amountColumn",
  "creditColumn",
  "debitColumn",
  "indicatorColumn",
  "balanceColumn",
  "currencyColumn",
];

const columnNames: Readonly<Record<SingleColumn, string>> = {
  dateColumn: "date",
  amountColumn: "amount",
  creditColumn: "credit",
  debitColumn: "debit",
  indicatorColumn: "debit or credit mark",
  referenceColumn: "reference",
  counterpartyColumn: "counterparty",
  balanceColumn: "balance",
  currencyColumn: "currency",
};

export interface LayoutProblem {
  readonly field: keyof CsvLayout;
  /** A sentence for people. */
  readonly message: string;
}

/** What keeps a file of so many columns from being read by the layout; empty where nothing does. */
export function checkLayout(layout: CsvLayout, columnCount: number): readonly LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  if (layout.dateColumn === null) {
    problems.push({ field: "dateColumn", message: "Choose the column of the date." });
  }
  if (layout.descriptionColumns.length === 0) {
    problems.push({ field: "descriptionColumns", message: "Choose a column for the description." });
  }
  const { amountColumn, creditColumn, debitColumn } = layout;
  if (amountColumn === null && creditColumn === null && debitColumn === null) {
    const message = "Choose the column of the amount, or those of money in and money out.";
    problems.push({ field: "amountColumn", message });
  }
  if (amountColumn !== null && (creditColumn !== null || debitColumn !== null)) {
    const message = "Choose either one column for the amount, or those of money in and money out.";
    problems.push({ field: "amountColumn", message });
  }
  if (layout.indicatorColumn !== null && amountColumn === null) {
    const message = "A mark for debit or credit needs a column for the amount.";
    problems.push({ field: "indicatorColumn", message });
  }
  return [...problems, ...checkPlaces(layout, columnCount)];
}

function checkPlaces(layout: CsvLayout, columnCount: number): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  for (const field of singleColumns) {
    const column = layout[field];
    if (column === null || column < columnCount) continue;
    problems.push({ field, message: `The file has no column ${column + 1}.` });
  }
  for (const column of layout.descriptionColumns) {
    if (column < columnCount) continue;
    const message = `The file has no column ${column + 1}.`;
    problems.push({ field: "descriptionColumns", message });
  }
  const uses = new Map<number, SingleColumn>();
  for (const field of exclusive) {
    const column = layout[field];
    if (column === null) continue;
    const other = uses.get(column);
    if (other !== undefined) {
      const message = `Column ${column + 1} cannot be both the ${columnNames[other]} and the ${columnNames[field]}.`;
      problems.push({ field, message });
    }
    uses.set(column, field);
  }
  for (const column of layout.descriptionColumns) {
    const other = uses.get(column);
    // A mark such as "Card payment" may well be a part of the text.
    if (other === undefined || other === "indicatorColumn") continue;
    const message = `Column ${column + 1} cannot be both the ${columnNames[other]} and the description.`;
    problems.push({ field: "descriptionColumns", message });
  }
  return problems;
}

/** The layout that a JSON value holds (stored, or sent by a client), or null where it is none. */
export function parseLayout(value: unknown): CsvLayout | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const delimiter = delimiters.find((known) => known === fields.get("delimiter"));
  const headerRow = fields.get("headerRow");
  const descriptionColumns = parseColumns(fields.get("descriptionColumns"));
  const dateOrder = fields.get("dateOrder") ?? null;
  const decimalSign = fields.get("decimalSign") ?? null;
  const reversed = fields.get("reversed") ?? false;
  const columns = {} as Record<SingleColumn, number | null>;
  for (const field of singleColumns) {
    const column = fields.get(field) ?? null;
    if (column !== null && !isColumn(column)) return null;
    columns[field] = column;
  }
  if (delimiter === undefined || !isRow(headerRow) || descriptionColumns === null) return null;
  if (typeof reversed !== "boolean") return null;
  if (dateOrder !== null && !isOneOf(dateOrders, dateOrder)) return null;
  if (decimalSign !== null && !isOneOf(decimalSigns, decimalSign)) return null;
  return {
    delimiter,
    headerRow,
    ...columns,
    descriptionColumns,
    dateOrder,
    decimalSign,
    reversed,
  };
}

function parseColumns(value: unknown): readonly number[] | null {
  if (!Array.isArray(value) || value.length > descriptionColumnsMax) return null;
  const columns: number[] = [];
  for (const column of value) {
    if (!isColumn(column)) return null;
    if (!columns.includes(column)) columns.push(column);
  }
  return columns;
}

function isColumn(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < columnsMax;
}

function isRow(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isOneOf<Value>(values: readonly Value[], value: unknown): value is Value {
  return values.some((known) => known === value);
}
