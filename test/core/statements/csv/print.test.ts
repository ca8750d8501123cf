import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDayNumber } from "../../../../server/src/core/dates.ts";
import { amountMinorMax } from "../../../../server/src/core/money.ts";
import {
  type CsvExportLine,
  csvExportHeader,
  csvExportRow,
  csvTextCell,
} from "../../../../server/src/core/statements/csv/print.ts";
import { createDecoder } from "../../../../server/src/core/statements/decode.ts";
import { plainText } from "../../../../server/src/core/statements/statement.ts";
import { law } from "../../law.ts";
import { linesOf, problemsOf, readCsv, surveyed } from "./read.ts";

describe("the CSV export", () => {
  it.each(["=1+1", "+49 30 1", "-rf", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "－1", " =1", "'=1"])(
    "prints %j so that no spreadsheet runs it",
    (text) => {
      expect(csvTextCell(text).replace(/^"/, "")).toMatch(/^'/);
    },
  );

  it("leaves amounts and harmless texts as they are", () => {
    const line: CsvExportLine = {
      bookedOn: fromDayNumber(20_000),
      description: 'He said "5-1", twice',
      counterpartyName: "'t Hoekje",
      reference: null,
      amountMinor: -1250n,
      currency: "EUR",
      pending: true,
    };
    expect(csvExportHeader(["pending"])).toBe(
      "\ufeffDate,Description,Counterparty,Reference,Amount,Currency,Pending\r\n",
    );
    expect(csvExportRow(line, ["pending"])).toBe(
      `2024-10-04,"He said ""5-1"", twice",'t Hoekje,,-12.50,EUR,yes\r\n`,
    );
  });

  it("imports again to the same lines, however hostile their texts", () => {
    const pieces = fc.constantFrom(
      ...[
        "=",
        "+",
        "-",
        "@",
        "'",
        '"',
        ",",
        ";",
        "\n",
        "\r",
        "\t",
        " ",
        "a",
        "Café",
        "＝",
        "😀",
        "0",
        "Saldo",
        "Total",
      ],
    );
    const text = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(""));
    const line = fc.record({
      day: fc.integer({ min: 0, max: 29_000 }),
      description: text,
      counterparty: text,
      reference: text,
      amountMinor: fc
        .bigInt({ min: -amountMinorMax, max: amountMinorMax })
        .filter((minor) => minor !== 0n),
    });
    law(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (given) => {
        const lines = given.map((one) => ({
          bookedOn: fromDayNumber(one.day),
          description: plainText(one.description, 1_000) ?? "-",
          counterpartyName: plainText(one.counterparty, 200),
          reference: plainText(one.reference, 200),
          amountMinor: one.amountMinor,
        }));
        const printed = [
          csvExportHeader(),
          ...lines.map((one) => csvExportRow({ ...one, currency: "EUR" })),
        ];
        const decoder = createDecoder("utf-8");
        const file = decoder.write(new TextEncoder().encode(printed.join(""))) + decoder.end();
        const { layout, questions } = surveyed(file);
        expect(questions).not.toContain("columns");
        const events = readCsv(file, { ...layout, dateOrder: null, decimalSign: "point" });
        expect(problemsOf(events)).toEqual([]);
        const read = linesOf(events).map(({ row: _row, fileId: _fileId, ...one }) => one);
        expect(read).toEqual(lines);
      }),
      250,
    );
  }, 30_000);
});
