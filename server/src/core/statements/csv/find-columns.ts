import { isCurrencyCode } from "../../currencies.ts";
import { readAmount } from "./amount.ts";
import { type ColumnRole, roleOfHeader } from "./column-words.ts";
import { possibleOrders } from "./day.ts";
import { readIndicator } from "./interpret-row.ts";
import type { CsvLayout } from "./layout.ts";

export type FoundColumns = Omit<
  CsvLayout,
  "delimiter" | "headerRow" | "dateOrder" | "decimalSign" | "reversed"
>;

/** What a column's cells look like, over the rows looked at. */
interface ColumnContent {
  filled: number;
  dates: number;
  amounts: number;
  fractions: number;
  negatives: number;
  currencies: number;
  indicators: number;
  letters: number;
}

/** How most of the filled cells must look for the column to be so. */
const mostly = 0.6;

/**
 * The columns by their names where a name says it and the cells do not deny it, else by what the cells hold. `guessed` is
 * true where date, description or amount was found by the cells alone, or not at all: then a person should look.
 */
export function findColumns(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
): { columns: FoundColumns; guessed: boolean } {
  const width = Math.max(headers.length, ...rows.map((cells) => cells.length));
  const contents = Array.from({ length: width }, (_, column) => contentOf(rows, column));
  const named = namedColumns(headers);
  const used = new Set<number>();
  const take = (column: number | null): number | null => {
    if (column !== null) used.add(column);
    return column;
  };
  const by = (role: ColumnRole, fits: (content: ColumnContent) => boolean): number | null =>
    named(role).find((column) => {
      const content = contents[column];
      return !used.has(column) && (content === undefined || content.filled === 0 || fits(content));
    }) ?? null;
  const like = (fits: (content: ColumnContent, column: number) => boolean): number | null => {
    const found = contents.findIndex(
      (content, column) => !used.has(column) && fits(content, column),
    );
    return found < 0 ? null : found;
  };

  const dateByName = take(filledFirst(named("date"), contents, isDates) ?? by("date", isDates));
  const dateColumn = dateByName ?? take(like((content) => content.filled > 0 && isDates(content)));
  // Dates of other kinds are not amounts: 20260105 could be one.
  for (const [column, content] of contents.entries()) if (isDates(content)) used.add(column);
  const balanceColumn = take(by("balance", isAmounts));
  const currencyColumn = take(by("currency", isCurrencies) ?? valutaOf(headers, contents));
  let amountColumn = by("amount", isAmounts);
  let creditColumn = by("credit", isAmounts);
  let debitColumn = by("debit", isAmounts);
  if (creditColumn !== null && debitColumn !== null) amountColumn = null;
  else if (amountColumn !== null) [creditColumn, debitColumn] = [null, null];
  const amountByName = amountColumn !== null || creditColumn !== null || debitColumn !== null;
  if (!amountByName) {
    amountColumn =
      like((content) => isAmounts(content) && content.fractions > 0) ?? like(isAmounts);
  }
  take(amountColumn);
  take(creditColumn);
  take(debitColumn);
  const unsigned = amountColumn !== null && contents[amountColumn]?.negatives === 0;
  const described = named("description");
  // "Deposit" may be all that a description says.
  const marks = (column: number) => described.length > 1 || !described.includes(column);
  const indicatorColumn = unsigned
    ? take(
        by("indicator", isIndicators) ??
          like((content, column) => isIndicators(content) && marks(column)),
      )
    : null;
  const counterpartyColumn = by("counterparty", () => true);
  const referenceColumn = by("reference", () => true);
  const ownDescriptions = descriptionsOf(headers, contents, used);
  const ownText =
    ownDescriptions.length === 0 && counterpartyColumn !== null
      ? [counterpartyColumn]
      : ownDescriptions;
  const texts = ownText.length === 0 ? longestText(contents, used) : ownText;
  return {
    columns: {
      dateColumn,
      descriptionColumns: texts,
      amountColumn,
      creditColumn,
      debitColumn,
      indicatorColumn,
      referenceColumn,
      counterpartyColumn,
      balanceColumn: balanceColumn ?? (amountByName ? null : balanceBeside(contents, used)),
      currencyColumn,
    },
    guessed: dateByName === null || !amountByName || ownText.length === 0,
  };
}

/** The columns of a role by their names, the best first. */
function namedColumns(headers: readonly string[]): (role: ColumnRole) => readonly number[] {
  const roles = headers.map(roleOfHeader);
  return (role) =>
    roles
      .flatMap((found, column) => (found?.role === role ? [{ column, rank: found.rank }] : []))
      .sort((a, b) => a.rank - b.rank || a.column - b.column)
      .map(({ column }) => column);
}

function filledFirst(
  columns: readonly number[],
  contents: readonly ColumnContent[],
  fits: (content: ColumnContent) => boolean,
): number | null {
  const rows = Math.max(0, ...contents.map((content) => content.filled));
  return (
    columns.find((column) => {
      const content = contents[column];
      return content !== undefined && content.filled > rows / 2 && fits(content);
    }) ?? null
  );
}

/** "Valuta" is the value date in German and Italian, and the currency in the north. */
function valutaOf(headers: readonly string[], contents: readonly ColumnContent[]): number | null {
  const found = headers.findIndex((header, column) => {
    const content = contents[column];
    return /^valuta$/i.test(header.trim()) && content !== undefined && isCurrencies(content);
  });
  return found < 0 ? null : found;
}

const descriptionColumnsMax = 3;

function descriptionsOf(
  headers: readonly string[],
  contents: readonly ColumnContent[],
  used: ReadonlySet<number>,
): readonly number[] {
  const ranked = headers.flatMap((header, column) => {
    const found = roleOfHeader(header);
    const content = contents[column];
    if (found?.role !== "description" || used.has(column) || content === undefined) return [];
    return [{ column, rank: found.rank, weak: content.filled === 0 || isIndicators(content) }];
  });
  const strong = ranked.filter(({ weak }) => !weak);
  const best = Math.min(...(strong.length > 0 ? strong : ranked).map(({ rank }) => rank));
  return (strong.length > 0 ? strong : ranked)
    .filter(({ rank }) => rank === best)
    .slice(0, descriptionColumnsMax)
    .map(({ column }) => column);
}

function longestText(
  contents: readonly ColumnContent[],
  used: ReadonlySet<number>,
): readonly number[] {
  let best: number | null = null;
  for (const [column, content] of contents.entries()) {
    if (used.has(column) || content.letters === 0) continue;
    if (best === null || content.letters > (contents[best]?.letters ?? 0)) best = column;
  }
  return best === null ? [] : [best];
}

/** The amounts that follow an amount found by its cells are mostly what the account then holds. */
function balanceBeside(
  contents: readonly ColumnContent[],
  used: ReadonlySet<number>,
): number | null {
  const others = contents.flatMap((content, column) =>
    !used.has(column) && isAmounts(content) && content.fractions > 0 ? [column] : [],
  );
  return others.length === 1 ? (others[0] ?? null) : null;
}

function isDates({ dates, filled }: ColumnContent): boolean {
  return filled > 0 && dates >= filled * mostly;
}

function isAmounts({ amounts, filled }: ColumnContent): boolean {
  return filled > 0 && amounts >= filled * mostly;
}

function isCurrencies({ currencies, filled }: ColumnContent): boolean {
  return filled > 0 && currencies >= filled * mostly;
}

function isIndicators({ indicators, filled }: ColumnContent): boolean {
  return filled > 0 && indicators === filled;
}

function contentOf(rows: readonly (readonly string[])[], column: number): ColumnContent {
  const content = {
    ...{ filled: 0, dates: 0, amounts: 0, fractions: 0, negatives: 0 },
    ...{ currencies: 0, indicators: 0, letters: 0 },
  };
  for (const cells of rows) {
    const text = (cells[column] ?? "").trim();
    if (text === "") continue;
    content.filled++;
    if (looksLikeDate(text)) content.dates++;
    else if (looksLikeAmount(text)) {
      content.amounts++;
      if (/\d[.,]\d{1,3}\D*$/.test(text)) content.fractions++;
      if (/[-\u2212(]|\b(?:DR|D|S)\.?$/i.test(text)) content.negatives++;
    }
    if (isCurrencyCode(text.toUpperCase())) content.currencies++;
    if (readIndicator(text) !== null) content.indicators++;
    content.letters += Math.min(100, text.replace(/[^\p{L}]/gu, "").length);
  }
  return content;
}

export function looksLikeDate(text: string): boolean {
  return possibleOrders(text).length > 0;
}

/** Digits alone beyond twelve are an account's number or a reference. */
export function looksLikeAmount(text: string): boolean {
  if (!/\d/.test(text) || /^\d{13,}$/.test(text.trim())) return false;
  return ["point" as const, "comma" as const].some((sign) => {
    const read = readAmount(text, sign, "UYW");
    return typeof read === "bigint" || read === "other_currency" || read === "out_of_range";
  });
}
