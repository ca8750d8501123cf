import {
  checkLedgerAccount,
  type LedgerAccountKind,
  type LedgerAccountValues,
  ledgerAccountKinds,
} from "./ledger-account.ts";
import { normaliseText } from "./text.ts";

/** A row of a file, as its reader found it. */
export interface TableRow {
  /** Where the row begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface LedgerImportProblem {
  readonly line: number;
  readonly message: string;
}

/** A row of the chart. `currency` is undefined where the file has no such column: it then says nothing about it. */
export interface LedgerImportEntry extends Omit<LedgerAccountValues, "currency"> {
  readonly line: number;
  readonly currency: LedgerAccountValues["currency"] | undefined;
}

type Column = "number" | "name" | "kind" | "currency";

/** What a header may call each column, as `normaliseText` leaves it. */
const columnNames: Readonly<Record<Column, readonly string[]>> = {
  number: [
    "number",
    "no",
    "nr",
    "code",
    "account number",
    "account no",
    "account nr",
    "account code",
    "nominal code",
    "gl code",
    "gl account",
  ],
  name: ["name", "account name", "title", "label", "description"],
  kind: ["kind", "type", "account type", "account kind", "class", "category"],
  currency: ["currency", "currency code", "account currency", "ccy", "iso currency"],
};

/** What accounting software calls the kinds in the charts that it exports, as `normaliseText` leaves it. */
const kindWords: Readonly<Record<LedgerAccountKind, readonly string[]>> = {
  cash: [
    "bank",
    "bank account",
    "cash at bank",
    "cash and cash equivalents",
    "checking",
    "savings",
  ],
  liability: [
    "liabilities",
    "credit card",
    "loan",
    "current liability",
    "current liabilities",
    "other current liability",
    "other current liabilities",
    "long term liability",
    "long term liabilities",
    "non current liability",
    "non current liabilities",
    "term liability",
  ],
  receivable: [
    "receivables",
    "accounts receivable",
    "accounts receivable a r",
    "trade receivables",
    "debtor",
    "debtors",
    "trade debtors",
  ],
  payable: [
    "payables",
    "accounts payable",
    "accounts payable a p",
    "trade payables",
    "creditor",
    "creditors",
    "trade creditors",
  ],
  income: ["revenue", "sales", "turnover", "other income"],
  expense: [
    "expenses",
    "cost",
    "costs",
    "cost of sales",
    "cost of goods sold",
    "direct cost",
    "direct costs",
    "overhead",
    "overheads",
    "other expense",
    "other expenses",
    "depreciation",
  ],
  equity: ["capital", "capital and reserves", "owners equity", "shareholders equity"],
  other: [
    "asset",
    "assets",
    "fixed",
    "fixed asset",
    "fixed assets",
    "current asset",
    "current assets",
    "other current asset",
    "other current assets",
    "non current asset",
    "non current assets",
    "inventory",
    "stock",
    "prepayment",
    "prepayments",
  ],
};

const kindsByWord: ReadonlyMap<string, LedgerAccountKind> = new Map(
  ledgerAccountKinds.flatMap((kind) =>
    [kind, ...kindWords[kind]].map((word) => [word, kind] as const),
  ),
);
const columnsByName: ReadonlyMap<string, Column> = new Map(
  (Object.keys(columnNames) as Column[]).flatMap((column) =>
    columnNames[column].map((name) => [name, column] as const),
  ),
);

/**
 * Reads the rows of a chart of accounts: a header, then an account a row.
 *
 * The header's columns come in any order and case. The number may be called number, no, nr, #, code, account
 * number, account code, nominal code or GL code; the name also account name, title, label or description; the kind also
 * type, account type, class or category; the currency also currency code or CCY; "account" is the number or the name,
 * whichever has no other column. The first three are needed, other columns are passed over. A kind is one of Tieout's (cash, liability, receivable, payable, income, expense, equity, other) or what
 * common accounting software exports for it, such as "Bank", "Credit card", "Accounts payable (A/P)" or "Fixed assets".
 *
 * Every problem is answered with its line; never throws.
 */
export function readLedgerRows(rows: readonly TableRow[]): {
  readonly entries: readonly LedgerImportEntry[];
  readonly problems: readonly LedgerImportProblem[];
} {
  const [header, ...rest] = rows;
  if (header === undefined) {
    return { entries: [], problems: [{ line: 1, message: "The file is empty." }] };
  }
  const { places, problems: headerProblems } = readHeader(header);
  if (headerProblems.length > 0) return { entries: [], problems: headerProblems };
  if (rest.length === 0) {
    return { entries: [], problems: [{ line: header.line, message: "There is only a header." }] };
  }
  const entries: LedgerImportEntry[] = [];
  const problems: LedgerImportProblem[] = [];
  const lineOfNumber = new Map<string, number>();
  for (const row of rest) {
    const { entry, messages } = readRow(row, places);
    const earlier = entry && lineOfNumber.get(entry.number);
    if (entry && earlier === undefined) {
      lineOfNumber.set(entry.number, row.line);
      entries.push(entry);
    } else if (entry) {
      messages.push(`The number ${entry.number} is in line ${earlier} already.`);
    }
    for (const message of messages) problems.push({ line: row.line, message });
  }
  return { entries, problems };
}

type Places = ReadonlyMap<Column, number>;

function readHeader(header: TableRow): { places: Places; problems: LedgerImportProblem[] } {
  const places = new Map<Column, number>();
  const problems: LedgerImportProblem[] = [];
  const names = header.cells.map((cell) => normaliseText(cell.replaceAll("#", " number ")));
  for (const [place, name] of names.entries()) {
    const column = columnsByName.get(name);
    if (column === undefined) continue;
    if (places.has(column)) {
      problems.push({ line: header.line, message: `Two columns give the ${column}.` });
    } else {
      places.set(column, place);
    }
  }
  // "Account" is the number in some exports and the name in others: whichever of the two the others leave.
  const [account, ...more] = names.flatMap((name, place) => (name === "account" ? [place] : []));
  const missing = (["number", "name"] as const).filter((column) => !places.has(column));
  if (account !== undefined && more.length === 0 && missing.length === 1 && missing[0]) {
    places.set(missing[0], account);
  }
  for (const column of ["number", "name", "kind"] as const) {
    if (places.has(column)) continue;
    const message = `The first line names no column for the ${column}.`;
    problems.push({ line: header.line, message });
  }
  return { places, problems };
}

function readRow(
  { line, cells }: TableRow,
  places: Places,
): { entry: LedgerImportEntry | null; messages: string[] } {
  const cell = (column: Column) => cells[places.get(column) ?? cells.length]?.trim() ?? "";
  const kind = kindsByWord.get(normaliseText(cell("kind")));
  const checked = checkLedgerAccount({
    number: cell("number"),
    name: cell("name"),
    kind: kind ?? "other",
    currency: cell("currency"),
  });
  const messages = checked.ok ? [] : [checked.problem.message];
  if (kind === undefined) {
    const given = cell("kind").slice(0, 40);
    messages.push(given === "" ? "The kind is missing." : `“${given}” is no kind of account.`);
  }
  if (!checked.ok || kind === undefined) return { entry: null, messages };
  const currency = places.has("currency") ? checked.value.currency : undefined;
  return { entry: { ...checked.value, currency, line }, messages };
}

/** An account of the chart as it is, with what is mapped to it. */
export interface ChartAccount extends LedgerAccountValues {
  readonly id: string;
  readonly archived: boolean;
  /** Why it cannot become so, because of what is booked on it; null where it can. */
  refuses(values: Pick<LedgerAccountValues, "kind" | "currency">): string | null;
}

export interface LedgerImportPlan {
  readonly created: readonly LedgerAccountValues[];
  readonly updated: readonly (LedgerAccountValues & { readonly id: string })[];
  readonly unchanged: number;
  readonly problems: readonly LedgerImportProblem[];
}

/** What importing the entries does to the chart. An account is known by its number; none is ever taken away. */
export function planLedgerImport(
  entries: readonly LedgerImportEntry[],
  chart: ReadonlyMap<string, ChartAccount>,
): LedgerImportPlan {
  const created: LedgerAccountValues[] = [];
  const updated: (LedgerAccountValues & { id: string })[] = [];
  const problems: LedgerImportProblem[] = [];
  let unchanged = 0;
  for (const { line, currency, ...entry } of entries) {
    const account = chart.get(entry.number);
    if (account === undefined) {
      created.push({ ...entry, currency: currency ?? null });
      continue;
    }
    const values = { ...entry, currency: currency === undefined ? account.currency : currency };
    const refused = account.archived
      ? `${account.number} is archived: restore it, or leave the line out.`
      : account.refuses(values);
    if (refused !== null) problems.push({ line, message: refused });
    else if (isSame(values, account)) unchanged += 1;
    else updated.push({ ...values, id: account.id });
  }
  return { created, updated, unchanged, problems };
}

function isSame(a: LedgerAccountValues, b: LedgerAccountValues): boolean {
  return a.name === b.name && a.kind === b.kind && a.currency === b.currency;
}
