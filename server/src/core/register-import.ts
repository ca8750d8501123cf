import { type CurrencyCode, parseCurrencyCode } from "./currencies.ts";
import type { LocalDate } from "./dates.ts";
import type { TableRow } from "./ledger-import.ts";
import { decimalEvidence, readAmount } from "./statements/csv/amount.ts";
import { isDay, possibleOrders, readDay } from "./statements/csv/day.ts";
import type { DecimalSign } from "./statements/csv/layout.ts";
import { normaliseText } from "./text.ts";

export interface RegisterProblem {
  /** The row's line in the file, from 1. */
  readonly row: number;
  readonly field: string | null;
  readonly message: string;
}

/** A unit and, where the row names one, its leaseholder. Undefined: the file has no such column and says nothing of it. */
export interface UnitRow {
  readonly row: number;
  readonly unit: string;
  readonly unitName: string | undefined;
  readonly leaseholder: string;
  readonly surname: string | undefined;
  readonly email: string | undefined;
  readonly since: LocalDate | null | undefined;
}

export interface DemandRow {
  readonly row: number;
  readonly number: string;
  readonly unit: string;
  /** "" where the unit's only leaseholder is meant. */
  readonly leaseholder: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null | undefined;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string | undefined;
}

export interface ReadRegister<Row> {
  readonly rows: readonly Row[];
  readonly problems: readonly RegisterProblem[];
}

type Columns<Name extends string> = Readonly<Record<Name, readonly string[]>>;

const unitColumns = {
  unit: [
    "unit",
    "unit number",
    "unit no",
    "unit ref",
    "flat",
    "flat number",
    "flat no",
    "property",
  ],
  "unit name": ["unit name", "unit description", "address"],
  leaseholder: [
    "leaseholder",
    "leaseholder name",
    "name",
    "owner",
    "owner name",
    "lessee",
    "tenant",
  ],
  surname: ["surname", "last name", "family name"],
  email: ["email", "e mail", "email address", "e mail address", "mail"],
  since: ["since", "start", "start date", "owner since"],
} as const satisfies Columns<string>;

const demandColumns = {
  number: [
    "number",
    "no",
    "nr",
    "demand",
    "demand number",
    "demand no",
    "invoice",
    "invoice number",
    "ref",
    "reference",
  ],
  unit: unitColumns.unit,
  leaseholder: unitColumns.leaseholder,
  issued: ["issued", "issued on", "issue date", "date", "demand date", "invoice date"],
  due: ["due", "due on", "due date", "payable by"],
  amount: ["amount", "total", "value", "amount due", "gross"],
  currency: ["currency", "currency code", "ccy"],
  description: ["description", "details", "narrative", "note", "notes", "charge"],
} as const satisfies Columns<string>;

/**
 * Reads the rows of a file of units and leaseholders: a header whose columns come in any order and case, then a unit a
 * row; a unit with two leaseholders has two. Only the unit is needed. Dates as in readDemandRows. Never throws.
 */
export function readUnitRows(table: readonly TableRow[]): ReadRegister<UnitRow> {
  const read = openTable(table, unitColumns, ["unit"]);
  if (!read.ok) return { rows: [], problems: read.problems };
  const { cell, has, body } = read;
  const readDate = dateReader(body.map((row) => cell(row, "since")));
  const rows: UnitRow[] = [];
  const problems: RegisterProblem[] = [];
  for (const row of body) {
    const since = readDate(cell(row, "since"));
    const problem = (field: string, message: string) =>
      problems.push({ row: row.line, field, message });
    if (cell(row, "unit") === "") problem("unit", "The unit is missing.");
    else if (typeof since === "object" && since !== null) problem("since", since.message);
    else {
      rows.push({
        row: row.line,
        unit: cell(row, "unit"),
        unitName: has("unit name") ? cell(row, "unit name") : undefined,
        leaseholder: cell(row, "leaseholder"),
        surname: has("surname") ? cell(row, "surname") : undefined,
        email: has("email") ? cell(row, "email") : undefined,
        since: has("since") ? since : undefined,
      });
    }
  }
  return { rows, problems };
}

/**
 * Reads the rows of a file of demands: a header whose columns come in any order and case, then a demand a row. Number,
 * unit, issued and amount are needed; without a currency, a demand is in `currency`.
 *
 * A date is ISO (2026-12-31), names its month (31 Dec 2026) or has the day first (31/12/2026, 31.12.2026). Where a date
 * of the same file can only have the month first, no date that could be either is read. Likewise an amount (1250.00,
 * 1,250.00, 1.250,00, £1,250): the decimal sign is taken from the file's own amounts, and one that could be either
 * (1,250 beside 1.250) is read only where the others settle it. Never throws.
 */
export function readDemandRows(
  table: readonly TableRow[],
  currency: CurrencyCode,
): ReadRegister<DemandRow> {
  const read = openTable(table, demandColumns, ["number", "unit", "issued", "amount"]);
  if (!read.ok) return { rows: [], problems: read.problems };
  const { cell, has, body } = read;
  const readDate = dateReader(body.flatMap((row) => [cell(row, "issued"), cell(row, "due")]));
  const sign = signOf(body.map((row) => cell(row, "amount")));
  const rows: DemandRow[] = [];
  const problems: RegisterProblem[] = [];
  for (const row of body) {
    const problem = (field: string, message: string) =>
      problems.push({ row: row.line, field, message });
    const number = cell(row, "number");
    const unit = cell(row, "unit");
    const issued = readDate(cell(row, "issued"));
    const due = readDate(cell(row, "due"));
    const own = cell(row, "currency");
    const inCurrency = own === "" ? currency : parseCurrencyCode(own);
    if (number === "") problem("number", "The number is missing.");
    else if (unit === "") problem("unit", "The unit is missing.");
    else if (issued === null) problem("issued", "The date of issue is missing.");
    else if (typeof issued === "object") problem("issued", issued.message);
    else if (typeof due === "object" && due !== null) problem("due", due.message);
    else if (inCurrency === null) problem("currency", "There is no such currency.");
    else {
      const amount = amountOf(cell(row, "amount"), sign, inCurrency);
      if (typeof amount === "string") problem("amount", amount);
      else {
        rows.push({
          ...{ row: row.line, number, unit, leaseholder: cell(row, "leaseholder") },
          ...{ issuedOn: issued, dueOn: has("due") ? due : undefined },
          ...{ amountMinor: amount, currency: inCurrency },
          description: has("description") ? cell(row, "description") : undefined,
        });
      }
    }
  }
  return { rows, problems };
}

interface OpenTable<Name extends string> {
  readonly ok: true;
  readonly body: readonly TableRow[];
  cell(row: TableRow, name: Name): string;
  has(name: Name): boolean;
}

function openTable<Name extends string>(
  table: readonly TableRow[],
  columns: Columns<Name>,
  needed: readonly NoInfer<Name>[],
): OpenTable<Name> | { readonly ok: false; readonly problems: readonly RegisterProblem[] } {
  const [header, ...body] = table;
  const failed = (message: string) => ({
    ok: false as const,
    problems: [{ row: header?.line ?? 1, field: null, message }],
  });
  if (header === undefined) return failed("The file is empty.");
  const places = new Map<Name, number>();
  const names = Object.keys(columns) as Name[];
  for (const [place, text] of header.cells.entries()) {
    const name = normaliseText(text.replaceAll("#", " number "));
    const column = names.find((each) => columns[each].includes(name));
    if (column === undefined) continue;
    if (places.has(column)) return failed(`Two columns give the ${column}.`);
    places.set(column, place);
  }
  const missing = (needed as readonly Name[]).filter((name) => !places.has(name));
  if (missing.length > 0) {
    return failed(`The first line names no column for ${missing.join(", ")}.`);
  }
  if (body.length === 0) return failed("There is only a header.");
  return {
    ok: true,
    body,
    cell: (row, name) => row.cells[places.get(name) ?? row.cells.length]?.trim() ?? "",
    has: (name) => places.has(name),
  };
}

/** A day, null for an empty cell, or why it is none. */
type DateReader = (text: string) => LocalDate | null | { readonly message: string };

function dateReader(texts: readonly string[]): DateReader {
  const shapes = texts.filter((text) => text !== "").map((text) => possibleOrders(text));
  const monthFirst = shapes.some((orders) => orders.length === 1 && orders[0] === "month_first");
  return (text) => {
    if (text === "") return null;
    if (monthFirst && possibleOrders(text).length === 2) {
      return { message: `“${shown(text)}” could be two days: write ${isoHint}.` };
    }
    const day = readDay(text, "day_first");
    return isDay(day) ? day : { message: `“${shown(text)}” is no day: write ${isoHint}.` };
  };
}

const isoHint = "2026-12-31 or 31/12/2026";

/** The decimal sign that the amounts themselves show; null where they contradict each other or show none. */
function signOf(texts: readonly string[]): DecimalSign | null {
  const seen = new Set(texts.map((text) => decimalEvidence(text)));
  if (seen.has("point") && seen.has("comma")) return null;
  if (seen.has("comma")) return "comma";
  return seen.has("point") || !seen.has("open") ? "point" : null;
}

function amountOf(text: string, sign: DecimalSign | null, currency: CurrencyCode): bigint | string {
  if (text === "") return "The amount is missing.";
  // Contradicting amounts are each read by their own evidence; what is open stays unread.
  const evidence = decimalEvidence(text);
  const own = evidence === "point" || evidence === "comma" ? evidence : sign;
  // 1.250 with a point for decimals would be 1.25, written with three: more likely a thousand and more.
  if (evidence === "open" && text.includes(own === "comma" ? "," : ".")) {
    return `“${shown(text)}” could be two amounts: write 1250.00.`;
  }
  const amount = readAmount(text, own, currency);
  if (typeof amount !== "bigint")
    return `“${shown(text)}” is no amount of ${currency}: write 1250.00.`;
  return amount > 0n ? amount : "The amount must be above zero.";
}

function shown(text: string): string {
  return text.slice(0, 40);
}
