import { type CurrencyCode, parseCurrencyCode } from "../../currencies.ts";
import {
  linesMax,
  quoted,
  type StatementLine,
  type StatementProblem,
  type StatementReader,
  type Tell,
} from "../statement.ts";
import { collectFacts, isBalanceRow, isSummary } from "./facts.ts";
import { interpretRow, statesAmount } from "./interpret-row.ts";
import { type CsvLayout, columnsMax } from "./layout.ts";
import { isOwnExport, withoutApostrophe } from "./print.ts";
import { createCsvRows, type RowQuoting, rowCharactersMax } from "./rows.ts";
import { followBalances } from "./running-balance.ts";

/**
 * Reads a CSV file by its layout, as one statement of the account, in `currency` unless the rows before the header name
 * another plainly.
 *
 * `row` counts the file's rows as a spreadsheet shows them: the first is 1, blank ones count, and a cell with line breaks
 * does not make more of its row. Rows up to the header are not lines. After it, blank rows and summaries (totals,
 * balances, the end of the report) are passed over in silence, any other row with neither date nor amount with a problem
 * of loss "none", and every row that should have been a line and cannot be read with one of loss "line".
 *
 * With a column of balances the statement's opening and closing come from it, and one `running_balance` check tells
 * the first row that fails. An export of ours is read back to the texts that it was printed from.
 */
export function createCsvReader(
  { layout, currency: accountCurrency }: { layout: CsvLayout; currency: CurrencyCode },
  tell: Tell,
): StatementReader {
  const preamble = collectFacts(layout.decimalSign);
  const summary = collectFacts(layout.decimalSign);
  const balances = followBalances();
  let currency = accountCurrency;
  let width = 0;
  let own = false;
  let begun = false;
  let dataRows = 0;
  let lines = 0;
  let over = false;

  function begin(): void {
    begun = true;
    const facts = preamble.facts(currency);
    currency = facts.currency ?? currency;
    tell({
      kind: "statement",
      head: {
        row: Math.max(1, layout.headerRow),
        account: facts.iban,
        accountName: null,
        currency: facts.currency,
        number: null,
        openingMinor: preamble.facts(currency).openingMinor,
      },
    });
  }

  function tellProblem(problem: StatementProblem): void {
    tell({ kind: "problem", problem });
    if (problem.loss === "file") over = true;
  }

  function readHeader(cells: readonly string[]): void {
    width = cells.length;
    own = isOwnExport(cells);
    const stated = layout.amountColumn ?? layout.creditColumn ?? layout.debitColumn;
    // "Betrag (EUR)", "Amount USD"
    const code = /\b([A-Z]{3})\)?\s*$/.exec(cells[stated ?? width] ?? "")?.[1];
    if (code !== undefined && parseCurrencyCode(code) !== null) preamble.row(["Currency", code]);
  }

  function readRow(row: number, given: readonly string[], quoting: RowQuoting): void {
    if (over) return;
    if (row < layout.headerRow) preamble.row(given);
    else if (row === layout.headerRow) readHeader(given);
    else if (!isBlank(given)) readDataRow(row, given, quoting);
  }

  function readDataRow(row: number, given: readonly string[], quoting: RowQuoting): void {
    if (!begun) begin();
    const cells = own ? given.map(withoutApostrophe) : given;
    dataRows++;
    // Some banks name fewer columns than they fill: the first row shows how many there are.
    if (dataRows === 1) width = Math.max(width, cells.length);
    if (cells.length > width && !isBlank(cells.slice(width))) {
      if (!isSummary(cells)) tellProblem(misshapen(row, cells, quoting, "line"));
      return;
    }
    const read = interpretRow(layout, currency, { row, cells });
    if ("problem" in read) {
      readOther(row, cells, quoting, read.problem);
      return;
    }
    if (quoting === "unclosed" && cells.length < width) {
      tellProblem(misshapen(row, cells, quoting, "line"));
      return;
    }
    if (quoting !== "regular") tellProblem(misshapen(row, cells, quoting, "none"));
    if (read.remark !== null) tellProblem(read.remark);
    const { bookedOn, amountMinor, description, counterpartyName, reference } = read;
    balances.line(row, bookedOn, amountMinor, read.balanceMinor);
    tellLine({
      row,
      bookedOn,
      amountMinor,
      description,
      counterpartyName,
      reference,
      fileId: null,
    });
  }

  function tellLine(line: StatementLine): void {
    lines++;
    if (lines > linesMax) tellProblem(fileProblem(line.row, "too_many_lines"));
    else tell({ kind: "line", line });
  }

  /** A row that is no line: a summary, something else around the table, or a line that cannot be read. */
  function readOther(
    row: number,
    cells: readonly string[],
    quoting: RowQuoting,
    problem: StatementProblem,
  ): void {
    const undated = problem.code === "missing_date" || problem.code === "bad_date";
    const unpriced = !statesAmount(layout, cells);
    const passed = undated ? isSummary(cells) : unpriced && isBalanceRow(cells);
    if (passed) {
      dataRows--;
      summary.row(cells);
    } else if (quoting !== "regular") {
      tellProblem(misshapen(row, cells, quoting, "line"));
    } else if (undated && unpriced) {
      const message = "The row has neither date nor amount: it was passed over.";
      tellProblem({ ...problem, code: "bad_record", message, loss: "none" });
    } else tellProblem(problem);
  }

  const rows = createCsvRows(layout.delimiter, {
    row: readRow,
    refuse(row, code, text) {
      if (!over) tellProblem({ ...fileProblem(row, code), text: quoted(text) });
    },
  });

  function end(): void {
    rows.end();
    if (over) return;
    if (lines === 0) tellProblem(fileProblem(0, "no_lines"));
    if (over || !begun) return;
    const followed = balances.end();
    if (followed?.check) {
      tell({ kind: "check", check: { ...followed.check, place: "statement", currency } });
    }
    const [before, after] = [preamble.facts(currency), summary.facts(currency)];
    tell({
      kind: "end",
      foot: {
        openingMinor: followed?.openingMinor ?? before.openingMinor ?? after.openingMinor,
        closingMinor: followed?.closingMinor ?? after.closingMinor ?? before.closingMinor,
        availableMinor: null,
        closingOn: followed?.closingOn ?? null,
        firstOn: null,
        lastOn: null,
        continued: false,
      },
    });
  }

  return {
    write(text) {
      if (!over) rows.write(text);
    },
    end,
  };
}

function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== "" && cell.trim() !== "") return false;
  return true;
}

function misshapen(
  row: number,
  cells: readonly string[],
  quoting: RowQuoting,
  loss: "line" | "none",
): StatementProblem {
  const text = quoted(cells.join(" "));
  if (quoting === "unclosed") {
    return {
      row,
      code: "unclosed_quote",
      text,
      message: "A quote is opened and not closed.",
      loss,
    };
  }
  if (quoting === "stray") {
    const message = "A quote stands inside a cell: the cell was read as it is written.";
    return { row, code: "stray_quote", text, message, loss };
  }
  const message = "The row has more cells than the table has columns: a quote may be missing.";
  return { row, code: "bad_record", text, message, loss };
}

function fileProblem(
  row: number,
  code: "too_long" | "too_wide" | "too_many_lines" | "no_lines",
): StatementProblem {
  const messages = {
    too_long: `A line has more than ${rowCharactersMax} characters: this is no table of bank lines.`,
    too_wide: `A row has more than ${columnsMax} columns: this is no table of bank lines.`,
    too_many_lines: `The file has more than ${linesMax} lines: part it by dates and import the parts.`,
    no_lines: "No row of the file could be read as a line.",
  };
  return { row, code, text: "", message: messages[code], loss: "file" };
}
