import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCsvReader } from "../../../../server/src/core/statements/csv/reader.ts";
import { linesMax } from "../../../../server/src/core/statements/statement.ts";
import { cpuMsSince, heapInUse } from "../../../support/measure.ts";
import { law } from "../../law.ts";
import { bankFiles } from "./banks.ts";
import {
  checksOf,
  footOf,
  linesOf,
  plainLayout,
  problemsOf,
  problemWords,
  readCsv,
  surveyed,
} from "./read.ts";

const head = "Date,Description,Amount,Balance\n";
const short = (text: string, layout = plainLayout) =>
  linesOf(readCsv(text, layout)).map(
    ({ row, bookedOn, amountMinor, description }) =>
      `${row} ${bookedOn} ${amountMinor} ${description}`,
  );

describe("the reader of CSV files", () => {
  it("reads a German export: preamble, semicolons, decimal commas, a quoted semicolon", () => {
    const events = readCsv(bankFiles.german, surveyed(bankFiles.german).layout);
    expect(problemsOf(events)).toEqual([]);
    expect(events[0]).toMatchObject({
      kind: "statement",
      head: { row: 5, account: "DE89370400440532013000", currency: "EUR" },
    });
    expect(linesOf(events)).toMatchObject([
      { row: 6, bookedOn: "2026-01-03", amountMinor: 125000n, description: "Rechnung 12; Januar" },
      { row: 7, bookedOn: "2026-01-04", amountMinor: -8990n, counterpartyName: "Stadtwerke" },
    ]);
  });

  it("turns debit and credit columns, marks and summaries into signed lines", () => {
    const amounts = (bank: keyof typeof bankFiles) => {
      const layout = { ...surveyed(bankFiles[bank]).layout, dateOrder: "day_first" as const };
      const events = readCsv(bankFiles[bank], layout);
      expect(problemsOf(events), bank).toEqual([]);
      return linesOf(events).map(({ amountMinor }) => amountMinor);
    };
    expect(amounts("british")).toEqual([-350n, 200000n]);
    expect(amounts("dutch")).toEqual([-1234n, 200000n]);
    expect(amounts("french")).toEqual([-1230n, 120000n]);
    expect(amounts("italian")).toEqual([10000n, -500n]);
    expect(amounts("headless")).toEqual([-1234n, 500n]);
  });

  it("numbers rows as a spreadsheet does", () => {
    const text = `${head}01/01/2026,"two\nrows",1,\n\n\n02/01/2026,b,2,\n`;
    expect(short(text)).toEqual(["2 2026-01-01 100 two rows", "5 2026-01-02 200 b"]);
  });

  it("tells every row that cannot be a line, and loses no other", () => {
    const rows = [
      "01/01/2026,good,1.00",
      "31/02/2026,no such day,1.00",
      "01/01/2026,no amount,",
      '01/01/2026,grouping,"1,23"',
      "01/01/2026,digits,1.234",
      "01/01/2026,nothing,0.00",
      "01/01/2026,,1.00",
      "01/01/2026,wide,1.00,,,more",
      ",undated,1.00",
      "just a remark,,",
      "Total,,2.00",
      "02/01/2026,good,2.00",
      "*** End of report ***",
    ];
    const events = readCsv(`Date,Description,Amount\n${rows.join("\n")}`, plainLayout);
    expect(linesOf(events).map(({ row }) => row)).toEqual([2, 13]);
    expect(problemWords(events)).toEqual([
      "3 bad_date line",
      "4 missing_amount line",
      "5 bad_amount line",
      "6 too_many_digits line",
      "7 zero_amount line",
      "8 missing_description line",
      "9 bad_record line",
      "10 missing_date line",
      "11 bad_record none",
    ]);
  });

  it("never guesses the order of one row from its numbers", () => {
    const text = `${head}01/13/2026,a,1\n13/01/2026,b,1\n`;
    expect(short(text)).toEqual(["3 2026-01-13 100 b"]);
    expect(short(text, { ...plainLayout, dateOrder: "month_first" })).toEqual([
      "2 2026-01-13 100 a",
    ]);
    expect(short(text, { ...plainLayout, dateOrder: null })).toEqual([]);
  });

  it("does not let a quote that is never closed swallow the rows after it", () => {
    const text = `${head}01/01/2026,"open,1.00,\n02/01/2026,"fine, too",2.00,\n03/01/2026,5" pipe,3.00,\n04/01/2026,"a" b,4.00,\n`;
    const events = readCsv(text, plainLayout);
    expect(linesOf(events).map(({ description }) => description)).toEqual([
      '"open',
      "fine, too",
      '5" pipe',
      '"a" b',
    ]);
    expect(problemWords(events)).toEqual(["2 unclosed_quote none", "5 stray_quote none"]);
    const cut = readCsv(`${head}01/01/2026,a,1.00,\n02/01/2026,"cut off`, plainLayout);
    expect(problemWords(cut)).toEqual(["3 unclosed_quote line"]);
    expect(linesOf(cut)).toHaveLength(1);
  });

  it("leaves out rows in another currency than the account's", () => {
    const layout = { ...plainLayout, currencyColumn: 3 };
    const events = readCsv(
      `D,T,A,C\n01/01/2026,a,1,EUR\n01/01/2026,b,1,usd\n01/01/2026,c,1,??\n`,
      layout,
    );
    expect(linesOf(events)).toHaveLength(1);
    expect(problemWords(events)).toEqual(["3 other_currency line", "4 unknown_currency line"]);
  });

  it("turns the signs of a card that prints spending as positive", () => {
    expect(short(`${head}01/01/2026,a,5`, { ...plainLayout, reversed: true })).toEqual([
      "2 2026-01-01 -500 a",
    ]);
  });

  it("refuses a line without end, a million columns and a file without lines, in little memory", () => {
    const told = (write: (piece: (text: string) => void) => void) => {
      const codes: string[] = [];
      const reader = createCsvReader({ layout: plainLayout, currency: "EUR" }, (event) => {
        if (event.kind === "problem") codes.push(`${event.problem.code} ${event.problem.loss}`);
      });
      write((text) => reader.write(text));
      reader.end();
      return codes;
    };
    const piece = "x".repeat(64 * 1024);
    const before = heapInUse();
    const begun = process.cpuUsage();
    expect(told((write) => Array.from({ length: 1_600 }, () => write(piece)))).toEqual([
      "too_long file",
    ]);
    expect(cpuMsSince(begun)).toBeLessThan(3_000);
    expect(heapInUse() - before).toBeLessThan(50_000_000);
    expect(told((write) => write(`${"a,".repeat(1_000_000)}\n`))).toEqual(["too_wide file"]);
    expect(told((write) => write(`${"a,".repeat(501)}\n`))).toEqual(["too_wide file"]);
    expect(told((write) => write(head))).toEqual(["no_lines file"]);
    expect(told((write) => write(`${head}"${"y\n".repeat(100_000)}`))).toContain(
      "unclosed_quote line",
    );
  });

  it("refuses more than a million lines", () => {
    const rows = "01/01/2026,a,1\n".repeat(10_000);
    let lines = 0;
    const codes: string[] = [];
    const reader = createCsvReader({ layout: plainLayout, currency: "EUR" }, (event) => {
      if (event.kind === "line") lines++;
      if (event.kind === "problem") codes.push(event.problem.code);
    });
    reader.write(head);
    for (let part = 0; part < 101; part++) reader.write(rows);
    reader.end();
    expect(lines).toBe(linesMax);
    expect(codes).toEqual(["too_many_lines"]);
  }, 30_000);
});

describe("a column of balances", () => {
  const layout = { ...plainLayout, balanceColumn: 3 };
  const rows = [
    "01/01/2026,a,10.00,110.00",
    "02/01/2026,b,-5.00,105.00",
    "03/01/2026,c,1.00,106.00",
  ];
  const file = (given: readonly string[]) => head + given.join("\n");

  it("proves the lines and gives opening and closing, forward and back in time", () => {
    for (const given of [rows, [...rows].reverse()]) {
      const events = readCsv(file(given), layout);
      expect(checksOf(events)).toMatchObject([{ what: "running_balance" }]);
      expect(checksOf(events).every(({ stated, computed }) => stated === computed)).toBe(true);
      expect(footOf(events)).toMatchObject({
        ...{ openingMinor: 10000n, closingMinor: 10600n, closingOn: "2026-01-03" },
      });
    }
  });

  it("tells the first row that fails", () => {
    const wrong = rows.with(1, "02/01/2026,b,-5.00,104.00");
    expect(checksOf(readCsv(file(wrong), layout))).toMatchObject([
      { row: 3, stated: 10400n, computed: 10500n, unit: "money", currency: "EUR" },
    ]);
  });

  it("counts lines without a balance in the next one, and lines that were lost as missing", () => {
    const sparse = rows.with(1, "02/01/2026,b,-5.00,");
    const [check] = checksOf(readCsv(file(sparse), layout));
    expect(check?.stated).toBe(check?.computed);
    const lost = rows.with(1, "02/01/2026,b,?,105.00");
    expect(checksOf(readCsv(file(lost), layout))).toMatchObject([
      { stated: 10600n, computed: 11100n },
    ]);
  });

  it("reads the line though its balance cannot be read", () => {
    const events = readCsv(file(rows.with(2, "03/01/2026,c,1.00,??")), layout);
    expect(linesOf(events)).toHaveLength(3);
    expect(problemWords(events)).toEqual(["4 bad_balance none"]);
  });
});

describe("whatever stands in a CSV file", () => {
  const files = Object.values(bankFiles);

  it("is read the same however the text is cut", () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    law(
      fc.property(fc.constantFrom(...files), cuts, (file, given) => {
        const { layout } = surveyed(file);
        const places = given.map((part) => Math.floor(part * file.length)).sort((a, b) => a - b);
        expect(readCsv(file, layout, { cuts: places })).toEqual(readCsv(file, layout));
      }),
      150,
    );
  }, 30_000);

  it("never throws, tells whole statements and dates within the calendar", () => {
    const scraps = [
      '"',
      ";",
      ",",
      "\n",
      "\r\n",
      "\t",
      "-",
      "31/02/2026",
      "\u0000",
      "\ud800",
      "''",
      "9".repeat(30),
      "1.234",
      "(",
      "=",
      " ",
    ];
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.integer({ min: 0, max: 12 }),
      put: fc.constantFrom("", ...scraps),
    });
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    const layouts = new Map(files.map((file) => [file as string, surveyed(file).layout]));
    law(
      fc.property(fc.constantFrom<string>(...files), changes, (file, given) => {
        let text = file;
        for (const { at, cut, put } of given) {
          const place = Math.floor(at * text.length);
          text = text.slice(0, place) + put + text.slice(place + cut);
        }
        const events = readCsv(text, layouts.get(file) ?? plainLayout);
        const kinds = events
          .map(({ kind }) => kind)
          .filter((kind) => kind === "statement" || kind === "end");
        expect(
          kinds.length === 0 ||
            kinds.join() === "statement,end" ||
            problemsOf(events).some(({ loss }) => loss === "file"),
        ).toBe(true);
        for (const line of linesOf(events)) {
          if (
            line.amountMinor === 0n ||
            line.description === "" ||
            !/^\d{4}-\d\d-\d\d$/.test(line.bookedOn)
          ) {
            expect.fail(JSON.stringify(text));
          }
        }
      }),
      10_000,
    );
    law(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const { layout } = surveyed(text);
        readCsv(text, layout);
      }),
      500,
    );
  }, 60_000);
});
