import { parse } from "csv-parse/sync";
import { columnsMax, type Delimiter } from "./layout.ts";

/** A bank's row is below one kibi; a longer line is no row of a table. */
export const rowCharactersMax = 64 * 1024;
/** Rows wait for each other so that the quoted ones among them are parsed together. */
const waitingRowsMax = 2_000;

/**
 * What stands in a row: "plain" or well-quoted; "stray", with text after a closing quote, which then counts as written;
 * "unclosed", where a quote is opened and never closed: its cells are those of the one line, quotes as written.
 */
export type RowQuoting = "regular" | "stray" | "unclosed";

export interface RowListener {
  /** Row 1 is the file's first; blank ones count, line breaks inside quotes do not: as a spreadsheet numbers them. */
  row(row: number, cells: readonly string[], quoting: RowQuoting): void;
  /** The file is no table: nothing more is told. */
  refuse(row: number, code: "too_long" | "too_wide", text: string): void;
}

/**
 * Parts a text, which comes in pieces cut anywhere, into the rows and cells of a table (RFC 4180 with any delimiter; lines
 * end with LF, CRLF or CR).
 *
 * A line without any quote is parted where the delimiter stands. Rows with quotes are parsed by csv-parse, many at once,
 * which was measured at a tenth of that speed. What is ours is where a row ends, because a parser that meets an unclosed
 * quote takes the rest of the file for its cell: a quoted text with a line break that does not end at a delimiter, or not
 * within `rowCharactersMax`, was none, and its rows are told line by line.
 */
export function createCsvRows(
  delimiter: Delimiter,
  listener: RowListener,
): { write(text: string): void; end(): void; readonly refused: boolean } {
  let rest = "";
  let searchedTo = 0;
  let heldReturn = false;
  let row = 0;
  let refused = false;
  let waiting: (readonly string[] | null)[] = [];
  /** Which of those waiting are lines with a quote that is never closed. */
  let unclosed = new Set<number>();
  let quoted: { text: string; quoting: RowQuoting }[] = [];

  function tellWaiting(): void {
    if (waiting.length === 0) return;
    const [told, texts, open] = [waiting, quoted, unclosed];
    waiting = [];
    quoted = [];
    unclosed = new Set();
    const parsed = parseQuoted(
      texts.map(({ text }) => text),
      delimiter,
    );
    let next = 0;
    for (const [at, plain] of told.entries()) {
      row++;
      const place = plain === null ? next++ : -1;
      const cells = plain ?? parsed[place] ?? [];
      if (cells.length > columnsMax) {
        refuse("too_wide", cells.slice(0, 20).join(delimiter));
        return;
      }
      listener.row(row, cells, texts[place]?.quoting ?? (open.has(at) ? "unclosed" : "regular"));
    }
  }

  function refuse(code: "too_long" | "too_wide", text: string): void {
    refused = true;
    rest = "";
    listener.refuse(row, code, text);
  }

  function refuseLine(start: number): void {
    const line = rest.slice(start, start + rowCharactersMax);
    tellWaiting();
    if (refused) return;
    row++;
    const wide = line.split(delimiter, columnsMax + 1).length > columnsMax;
    refuse(wide ? "too_wide" : "too_long", line.slice(0, 400));
  }

  /** Takes whole rows off the front of the text; what may go on with the next piece stays. */
  function takeRows(final: boolean): void {
    let at = 0;
    let quote = rest.indexOf('"');
    for (;;) {
      let lineEnd = rest.indexOf("\n", Math.max(at, searchedTo));
      if (lineEnd < 0 && final && at < rest.length) lineEnd = rest.length;
      if ((lineEnd < 0 ? rest.length : lineEnd) - at > rowCharactersMax) {
        refuseLine(at);
        return;
      }
      if (lineEnd < 0) break;
      if (quote >= 0 && quote < at) quote = rest.indexOf('"', at);
      let rowEnd = lineEnd;
      if (quote < 0 || quote > lineEnd) {
        waiting.push(rest.slice(at, lineEnd).split(delimiter));
      } else {
        const found = findRowEnd(rest, at, delimiter.charCodeAt(0), final);
        if (found === "more") {
          searchedTo = at;
          break;
        }
        if (found === "unclosed") {
          unclosed.add(waiting.length);
          waiting.push(rest.slice(at, lineEnd).split(delimiter));
        } else {
          rowEnd = found.end;
          const quoting = found.stray ? "stray" : "regular";
          quoted.push({ text: rest.slice(at, rowEnd), quoting });
          waiting.push(null);
        }
      }
      at = rowEnd + 1;
      searchedTo = at;
      if (waiting.length >= waitingRowsMax) tellWaiting();
      if (refused) return;
    }
    rest = rest.slice(at);
    searchedTo = quote >= 0 ? 0 : rest.length;
    tellWaiting();
  }

  return {
    get refused() {
      return refused;
    },
    write(text) {
      if (refused || text === "") return;
      let piece = heldReturn ? `\r${text}` : text;
      heldReturn = piece.endsWith("\r");
      if (heldReturn) piece = piece.slice(0, -1);
      if (piece.includes("\r")) piece = piece.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
      rest += piece;
      takeRows(false);
    },
    end() {
      if (refused) return;
      if (heldReturn) rest += "\n";
      heldReturn = false;
      takeRows(true);
    },
  };
}

/** Where the row ends that begins here, or that its end is not here yet, or that a quote in it is never closed. */
function findRowEnd(
  text: string,
  start: number,
  delimiterCode: number,
  final: boolean,
): { end: number; stray: boolean } | "more" | "unclosed" {
  let at = start;
  let stray = false;
  let cellBegins = true;
  const limit = start + rowCharactersMax;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed) return { end: at, stray };
    if (code === delimiterCode) cellBegins = true;
    else if (cellBegins && code === quoteCode) {
      const closed = findClosingQuote(text, at + 1);
      if (closed < 0 || closed > limit) {
        return closed < 0 && !final && text.length <= limit ? "more" : "unclosed";
      }
      // The character after the quote tells whether it closes.
      if (closed + 1 === text.length && !final) return text.length <= limit ? "more" : "unclosed";
      const after = text.charCodeAt(closed + 1);
      const closes = closed + 1 === text.length || after === delimiterCode || after === lineFeed;
      if (!closes) {
        const lineBreak = text.indexOf("\n", at);
        if (lineBreak >= 0 && lineBreak < closed) return "unclosed";
        stray = true;
      }
      at = closed;
      cellBegins = false;
    } else if (code !== space) cellBegins = false;
  }
  if (final) return { end: at, stray };
  return text.length > limit ? "unclosed" : "more";
}

const lineFeed = 10;
const quoteCode = 34;
const space = 32;

function findClosingQuote(text: string, start: number): number {
  for (let at = start; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || text.charCodeAt(quote + 1) !== quoteCode) return quote;
    at = quote + 2;
  }
}

function parseQuoted(texts: readonly string[], delimiter: Delimiter): readonly string[][] {
  if (texts.length === 0) return [];
  const together = parseText(texts.join("\n"), delimiter);
  if (together?.length === texts.length) return together;
  // One of them is not what it seemed: each by itself, and what csv-parse does not take as it is written.
  return texts.map((text) => {
    const alone = parseText(text, delimiter);
    return alone?.length === 1 && alone[0] !== undefined ? alone[0] : text.split(delimiter);
  });
}

function parseText(text: string, delimiter: Delimiter): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: "\n",
      ltrim: true,
      relax_quotes: true,
      relax_column_count: true,
    });
  } catch {
    return null;
  }
}
