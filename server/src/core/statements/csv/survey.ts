import { normaliseText } from "../../text.ts";
import { decimalEvidence } from "./amount.ts";
import { anyOrder, possibleOrders } from "./day.ts";
import { isSummary } from "./facts.ts";
import { findColumns } from "./find-columns.ts";
import { type FoundTable, findTable } from "./find-table.ts";
import type { CsvRow } from "./interpret-row.ts";
import { type CsvLayout, checkLayout, type DateOrder, type DecimalSign } from "./layout.ts";
import { isOwnExport, withoutApostrophe } from "./print.ts";
import { createCsvRows } from "./rows.ts";

/** What a CSV file's own rows say about its layout, and what they leave open. */
export interface CsvSurvey {
  /** As they stand; empty names where no row names the columns. */
  readonly headers: readonly string[];
  /** Files with the same columns have the same key: a layout is remembered by it. */
  readonly headerKey: string;
  readonly layout: CsvLayout;
  /** What a person has to decide: the columns were guessed or are missing; the column fits two orders or two signs. */
  readonly questions: readonly CsvQuestion[];
  /** The first data rows, for a preview. */
  readonly rows: readonly CsvRow[];
}

export type CsvQuestion = "columns" | "date_order" | "decimal_sign";

/** Delimiter, header and columns are decided by so much of the file. */
const beginningCharacters = 64 * 1024;
/** Order and sign are decided by the majority of so many rows, or else by the first row after them that shows it. */
const votingRows = 200;
const previewRows = 3;
/** So much more often must one order be shown than the others, where rows contradict each other. */
const majority = 9;

/**
 * Finds a CSV file's layout while its text is fed in, cut anywhere. Once `settled` nothing more can change and the caller
 * can stop; a column in which every date could be two reads to the file's end.
 */
export function createCsvSurvey(): {
  write(text: string): void;
  readonly settled: boolean;
  end(): CsvSurvey;
} {
  let beginning = "";
  let looked: ReturnType<typeof look> | null = null;

  function lookOnce(whole: boolean) {
    looked ??= look(beginning.slice(0, beginningCharacters), whole);
    return looked;
  }

  return {
    get settled() {
      return looked?.settled() ?? false;
    },
    write(text) {
      if (looked !== null) {
        looked.write(text);
        return;
      }
      beginning += text;
      if (beginning.length < beginningCharacters) return;
      lookOnce(false).write(beginning);
      beginning = "";
    },
    end() {
      if (looked === null) lookOnce(true).write(beginning);
      return lookOnce(true).end();
    },
  };
}

function look(beginning: string, whole: boolean) {
  const table = findTable(beginning, whole);
  const dataRows = table.rows.filter(({ cells }) => !isSummary(cells));
  const { columns, guessed } = findColumns(
    table.headers,
    dataRows.slice(0, votingRows).map(({ cells }) => cells),
  );
  const amountColumns = [columns.amountColumn, columns.creditColumn, columns.debitColumn];
  const decimals = voteOnDecimals([...amountColumns, columns.balanceColumn]);
  const dates = voteOnDates(columns.dateColumn);
  let rowsSeen = 0;

  const rows = createCsvRows(table.delimiter, {
    row(row, cells) {
      if (row <= table.headerRow || settled()) return;
      rowsSeen++;
      dates.row(cells, rowsSeen <= votingRows);
      decimals.row(cells, rowsSeen <= votingRows);
    },
    refuse() {
      // The reader tells it.
    },
  });

  function settled(): boolean {
    return rows?.refused || (rowsSeen >= votingRows && dates.decided() && decimals.decided());
  }

  return {
    settled,
    write(text: string) {
      if (!settled()) rows.write(text);
    },
    end(): CsvSurvey {
      rows.end();
      const { delimiter, headerRow, headers } = table;
      const dateOrder = dates.order();
      const decimalSign = decimals.sign();
      const layout = { delimiter, headerRow, ...columns, dateOrder, decimalSign, reversed: false };
      const questions: CsvQuestion[] = [];
      const incomplete = checkLayout(layout, Math.max(headers.length, 1)).length > 0;
      if (guessed || incomplete) questions.push("columns");
      if (dates.open()) questions.push("date_order");
      if (decimals.open()) questions.push("decimal_sign");
      return {
        headers,
        headerKey: keyOf(table),
        layout,
        questions,
        rows: preview(table, dataRows),
      };
    },
  };
}

function keyOf({ headers }: FoundTable): string {
  const named = headers.map(normaliseText);
  return named.some((name) => name !== "")
    ? named.join("|")
    : `${headers.length} columns without names`;
}

function preview(table: FoundTable, dataRows: readonly CsvRow[]): readonly CsvRow[] {
  const own = isOwnExport(table.headers);
  return dataRows
    .slice(0, previewRows)
    .map(({ row, cells }) => ({ row, cells: own ? cells.map(withoutApostrophe) : cells }));
}

/** Counts for two or three candidates; the winner of the voting rows, or the first shown after them. */
function createVote<Candidate extends string>() {
  const counts = new Map<Candidate, number>();
  let late: Candidate | null = null;
  return {
    add(candidate: Candidate, voting: boolean) {
      if (voting) counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
      else if (counts.size === 0) late ??= candidate;
    },
    /** Null without votes, and where they contradict each other. */
    winner(): Candidate | null {
      const [first, second] = [...counts.entries()].sort(([, a], [, b]) => b - a);
      if (first === undefined) return late;
      return second === undefined || first[1] >= second[1] * majority ? first[0] : null;
    },
    contradicts(): boolean {
      return counts.size > 1 && this.winner() === null;
    },
    shown(): boolean {
      return counts.size > 0 || late !== null;
    },
  };
}

function voteOnDates(column: number | null) {
  const vote = createVote<DateOrder>();
  let ambiguous = 0;
  let named = 0;
  return {
    row(cells: readonly string[], voting: boolean) {
      if (column === null || (!voting && vote.shown())) return;
      const orders = possibleOrders(cells[column] ?? "");
      const [order] = orders;
      if (orders === anyOrder) named++;
      else if (orders.length > 1) ambiguous++;
      else if (order !== undefined) vote.add(order, voting);
    },
    /** Dates with the month's name need no order. */
    decided: () => column === null || vote.shown() || (named > 0 && ambiguous === 0),
    order: () => vote.winner(),
    open: () => vote.contradicts() || (ambiguous > 0 && vote.winner() === null),
  };
}

function voteOnDecimals(columns: readonly (number | null)[]) {
  const places = columns.filter((column) => column !== null);
  const vote = createVote<DecimalSign>();
  let ambiguous = 0;
  return {
    row(cells: readonly string[], voting: boolean) {
      if (!voting && vote.shown()) return;
      for (const column of places) {
        const evidence = decimalEvidence(cells[column] ?? "");
        if (evidence === "open") ambiguous++;
        else if (evidence !== "none") vote.add(evidence, voting);
      }
    },
    decided: () => places.length === 0 || vote.shown(),
    sign: () => vote.winner(),
    open: () => vote.contradicts() || (ambiguous > 0 && vote.winner() === null),
  };
}
