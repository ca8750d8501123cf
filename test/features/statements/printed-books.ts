/** One book of payments, printed as a statement file of each format: what the laws of imports are held to. */
import { addDays, type LocalDate } from "../../../server/src/core/dates.ts";
import type { Bai2Group } from "../../../server/src/core/statements/bai2/file.ts";
import { printBai2 } from "../../../server/src/core/statements/bai2/print.ts";
import { printCamt053 } from "../../../server/src/core/statements/camt053/print.ts";
import { csvExportHeader, csvExportRow } from "../../../server/src/core/statements/csv/print.ts";
import { printMt940 } from "../../../server/src/core/statements/mt940/print.ts";
import {
  ofxExportEnd,
  ofxExportLine,
  ofxExportStart,
} from "../../../server/src/core/statements/ofx/print.ts";
import type { StatementFormat } from "../../../server/src/core/statements/statement.ts";

export const bookFormats: readonly StatementFormat[] = ["csv", "bai2", "camt053", "mt940", "ofx"];

/** A payment at the bank. */
export interface BookLine {
  /** The bank's own, which OFX and CAMT.053 carry. */
  readonly id: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
}

export interface PrintedDays {
  readonly account: string;
  readonly first: LocalDate;
  readonly last: LocalDate;
  /** On the first day, before its lines. */
  readonly openingMinor: bigint;
  /** Those of the days, in the order in which the file has them. */
  readonly lines: readonly BookLine[];
}

/** The statement of some days in pounds, with its balances wherever the format has them. */
export function printDays(format: StatementFormat, days: PrintedDays): string {
  switch (format) {
    case "csv":
      return asCsv(days);
    case "bai2":
      return asBai2(days);
    case "camt053":
      return asCamt053(days);
    case "mt940":
      return asMt940(days);
    default:
      return asOfx(days);
  }
}

const currency = "GBP" as const;
const sumOf = (lines: readonly BookLine[]) =>
  lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

function asCsv({ lines }: PrintedDays): string {
  return csvExportHeader() + lines.map((line) => csvExportRow({ ...line, currency })).join("");
}

/** A group for each day, in order; the day's lines in the file's. */
function asBai2({ account, first, last, openingMinor, lines }: PrintedDays): string {
  const groups: Bai2Group[] = [];
  let opening = openingMinor;
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const own = lines.filter(({ bookedOn }) => bookedOn === day);
    const closing = opening + sumOf(own);
    const figure = (type: string, amount: bigint) =>
      ({ type, amount, itemCount: null, funds: { type: "" } }) as const;
    groups.push({
      ...{ ultimateReceiver: null, originator: "BANK", status: 1, asOf: day, asOfTime: "2400" },
      ...{ currency, modifier: 2 },
      accounts: [
        {
          ...{ account, currency, figures: [figure("010", opening), figure("015", closing)] },
          details: own.map(({ amountMinor, reference, description }) => ({
            type: amountMinor > 0n ? "195" : "495",
            amount: amountMinor < 0n ? -amountMinor : amountMinor,
            ...{ funds: { type: "Z" }, bankReference: "", customerReference: reference ?? "" },
            text: description,
          })),
        },
      ],
    });
    opening = closing;
  }
  return printBai2({
    ...{ sender: "BANK", receiver: "TIEOUT", createdOn: last, createdAt: "2300", fileId: "1" },
    groups,
  });
}

function asCamt053({ account, first, last, openingMinor, lines }: PrintedDays): string {
  const statement = {
    head: { account, accountName: null, currency, number: null, openingMinor },
    lines: lines.map(({ id, ...line }) => ({ ...line, fileId: id })),
    foot: {
      ...{ openingMinor, closingMinor: openingMinor + sumOf(lines), availableMinor: null },
      ...{ closingOn: last, firstOn: first, lastOn: last, continued: false },
    },
  } as const;
  return printCamt053([statement], { version: 8 });
}

function asMt940({ account, first, last, openingMinor, lines }: PrintedDays): string {
  const statement = {
    ...{ reference: "TIEOUT", account, currency, number: "00001/001" },
    ...{ openingOn: addDays(first, -1), openingMinor, closingOn: last },
    lines: lines.map((line) => ({
      ...{ ...line, valueOn: line.bookedOn, reversal: false, typeCode: "NTRF" },
    })),
    ...{ closingMinor: openingMinor + sumOf(lines), availableMinor: null },
    ...{ continues: false, continued: false },
  } as const;
  return printMt940([statement], { blocks: false, rowEnd: "\r\n", information: "subfields" });
}

function asOfx({ account, first, last, openingMinor, lines }: PrintedDays): string {
  const start = { account, currency, firstOn: first, lastOn: last } as const;
  return (
    ofxExportStart({ ...start, now: new Date(`${last}T23:00:00Z`) }) +
    lines.map((line) => ofxExportLine({ ...line, currency })).join("") +
    ofxExportEnd({ currency, closingMinor: openingMinor + sumOf(lines), closingOn: last })
  );
}
