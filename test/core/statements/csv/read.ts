import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import type { CsvLayout } from "../../../../server/src/core/statements/csv/layout.ts";
import { createCsvReader } from "../../../../server/src/core/statements/csv/reader.ts";
import {
  type CsvSurvey,
  createCsvSurvey,
} from "../../../../server/src/core/statements/csv/survey.ts";
import type { StatementEvent } from "../../../../server/src/core/statements/statement.ts";

export const plainLayout: CsvLayout = {
  delimiter: ",",
  headerRow: 1,
  dateColumn: 0,
  descriptionColumns: [1],
  amountColumn: 2,
  creditColumn: null,
  debitColumn: null,
  indicatorColumn: null,
  referenceColumn: null,
  counterpartyColumn: null,
  balanceColumn: null,
  currencyColumn: null,
  dateOrder: "day_first",
  decimalSign: "point",
  reversed: false,
};

export function surveyed(text: string, pieceCharacters = text.length + 1): CsvSurvey {
  const survey = createCsvSurvey();
  for (let at = 0; at < text.length; at += pieceCharacters) {
    survey.write(text.slice(at, at + pieceCharacters));
  }
  return survey.end();
}

export function readCsv(
  text: string,
  layout: CsvLayout,
  { currency = "EUR", cuts = [] }: { currency?: CurrencyCode; cuts?: readonly number[] } = {},
): StatementEvent[] {
  const events: StatementEvent[] = [];
  const reader = createCsvReader({ layout, currency }, (event) => events.push(event));
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    reader.write(text.slice(from, cut));
    from = cut;
  }
  reader.end();
  return events;
}

export function linesOf(events: readonly StatementEvent[]) {
  return events.flatMap((event) => (event.kind === "line" ? [event.line] : []));
}

export function problemsOf(events: readonly StatementEvent[]) {
  return events.flatMap((event) => (event.kind === "problem" ? [event.problem] : []));
}

/** "12 bad_date line" */
export function problemWords(events: readonly StatementEvent[]): string[] {
  return problemsOf(events).map(({ row, code, loss }) => `${row} ${code} ${loss}`);
}

export function footOf(events: readonly StatementEvent[]) {
  return events.flatMap((event) => (event.kind === "end" ? [event.foot] : []))[0];
}

export function checksOf(events: readonly StatementEvent[]) {
  return events.flatMap((event) => (event.kind === "check" ? [event.check] : []));
}
