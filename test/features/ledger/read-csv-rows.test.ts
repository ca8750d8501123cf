import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLedgerRows } from "../../../server/src/core/ledger-import.ts";
import {
  csvCharactersMax,
  csvRowsMax,
  readCsvRows,
} from "../../../server/src/features/ledger/read-csv-rows.ts";
import { law } from "../../core/law.ts";

describe("reading CSV", () => {
  it.each([",", ";", "\t"])("takes files with %j between the fields", (delimiter) => {
    const text = `number${delimiter}name\n1200${delimiter}"Bank; main, \t"\n`;
    expect(readCsvRows(text).rows).toEqual([
      { line: 1, cells: ["number", "name"] },
      { line: 2, cells: ["1200", "Bank; main, \t"] },
    ]);
  });

  it.each(["\n", "\r\n", "\r"])("knows the lines of a file that ends them with %j", (end) => {
    const text = `\ufeffnumber,name${end}1,"a${end}b"${end}${end}2,x"y${end}3,ok${end}4,last`;
    const { rows, problems } = readCsvRows(text);
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 6, 7]);
    expect(rows[0]?.cells[0]).toBe("number");
    expect(problems).toEqual([
      {
        line: 5,
        message: "A quotation mark stands inside a field that does not begin with one.",
      },
    ]);
  });

  it("says where a quotation mark was opened that is never closed", () => {
    expect(readCsvRows('a,b\n1,2\n"3,4\n5,6').problems).toEqual([
      { line: 3, message: "A quotation mark that was opened is not closed." },
    ]);
  });

  it("bounds the file", () => {
    const large = readCsvRows("x".repeat(csvCharactersMax + 1));
    expect(large.problems).toEqual([
      { line: 1, message: "The file is larger than 500,000 characters." },
    ]);
    const long = readCsvRows(`number\n${"1\n".repeat(csvRowsMax + 1)}`);
    expect(long.rows).toEqual([]);
    expect(long.problems).toEqual([{ line: 1, message: "The file has more than 10,000 rows." }]);
    expect(readCsvRows(`number\n${"1\n".repeat(csvRowsMax)}`).rows).toHaveLength(csvRowsMax + 1);
  });

  it("never throws, whatever the file", () => {
    const piece = fc.oneof(
      fc.constantFrom('"', ",", ";", "\t", "\n", "\r\n", "\r", "\ufeff", "\0", "number", "kind"),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    law(
      fc.property(text, (given) => {
        const { rows, problems } = readCsvRows(given);
        const ends = given.split(/\r\n?|\n/).length;
        for (const { line } of [...rows, ...problems]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(ends + 1);
        }
        readLedgerRows(rows);
      }),
      1_000,
    );
  });

  it("gives back what was written", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\n", "é", " ") });
    const cells = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    law(
      fc.property(cells, (written) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = `one,two\n${written.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
        const { rows, problems } = readCsvRows(text);
        expect(problems).toEqual([]);
        const kept = written.filter((row) => row.some((each) => each.trim() !== ""));
        expect(rows.slice(1).map((row) => row.cells)).toEqual(kept);
      }),
    );
  });
});
