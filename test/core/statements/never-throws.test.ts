import { describe, expect, it } from "vitest";
import { createBai2Reader } from "../../../server/src/core/statements/bai2/reader.ts";
import { createCamt053Reader } from "../../../server/src/core/statements/camt053/reader.ts";
import { type CsvLayout, delimiters } from "../../../server/src/core/statements/csv/layout.ts";
import { createCsvReader } from "../../../server/src/core/statements/csv/reader.ts";
import { createCsvSurvey } from "../../../server/src/core/statements/csv/survey.ts";
import { createDecoder, fileEncodings } from "../../../server/src/core/statements/decode.ts";
import { createInspection } from "../../../server/src/core/statements/inspect.ts";
import { createMt940Reader } from "../../../server/src/core/statements/mt940/reader.ts";
import { createOfxReader } from "../../../server/src/core/statements/ofx/reader.ts";
import type {
  StatementFormat,
  StatementReader,
  Tell,
} from "../../../server/src/core/statements/statement.ts";
import { cpuMsSince, heapInUse } from "../../support/measure.ts";
import { createExaminer } from "./examine.ts";
import { mutate, type Pick, seeded } from "./mutate.ts";
import { shapes } from "./shapes.ts";

/** Other cases: FUZZ_SEED=7 and FUZZ_CASES=100000. A failure names its seed and case. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);
const casesOfFormat = Number(process.env.FUZZ_CASES ?? 5_000);
/** A case is some kilobytes; the rest is for a machine that does something else meanwhile. */
const caseMsMax = 2_000;

type Open = (tell: Tell, pick: Pick) => StatementReader;

const readers: Readonly<Record<StatementFormat, Open>> = {
  csv: (tell, pick) => createCsvReader({ layout: someLayout(pick), currency: "EUR" }, tell),
  bai2: (tell) => createBai2Reader({}, tell),
  ofx: (tell) => createOfxReader({ currency: "USD" }, tell),
  camt053: (tell) => createCamt053Reader({ currency: "EUR" }, tell),
  mt940: (tell, pick) => createMt940Reader({ currency: pick(2) === 0 ? null : "JPY" }, tell),
};
const formats = Object.keys(readers) as StatementFormat[];
const everyShape = Object.values(shapes).flat();

/** Of the shapes' own layouts, with something changed in some. */
function someLayout(pick: Pick): CsvLayout {
  const nothing = {
    creditColumn: null,
    debitColumn: null,
    indicatorColumn: null,
    currencyColumn: null,
  };
  const layouts: CsvLayout[] = [
    {
      ...nothing,
      ...{ delimiter: ";", headerRow: 4, dateColumn: 0, descriptionColumns: [1], amountColumn: 3 },
      ...{ referenceColumn: null, counterpartyColumn: 2, balanceColumn: 4 },
      ...{ dateOrder: "day_first", decimalSign: "comma", reversed: false },
    },
    {
      ...nothing,
      ...{ delimiter: ",", headerRow: 1, dateColumn: 0, descriptionColumns: [1, 2] },
      ...{ amountColumn: null, creditColumn: 3, debitColumn: 4, balanceColumn: 5 },
      ...{ referenceColumn: 2, counterpartyColumn: null },
      ...{ dateOrder: null, decimalSign: "point", reversed: true },
    },
    {
      ...nothing,
      ...{ delimiter: "\t", headerRow: 1, dateColumn: 0, descriptionColumns: [2], amountColumn: 1 },
      ...{ referenceColumn: null, counterpartyColumn: null, balanceColumn: null },
      ...{ dateOrder: "month_first", decimalSign: null, reversed: false },
    },
  ];
  const layout = layouts[pick(layouts.length)] as CsvLayout;
  if (pick(3) > 0) return layout;
  return {
    ...layout,
    delimiter: delimiters[pick(delimiters.length)] ?? ",",
    headerRow: pick(6),
    indicatorColumn: pick(2) === 0 ? null : pick(5),
    currencyColumn: pick(2) === 0 ? null : pick(5),
    dateColumn: pick(4),
  };
}

/** With the layout that a survey finds, whatever it finds. */
function surveyedReader(text: string, pick: Pick): Open {
  const survey = createCsvSurvey();
  const step = 1 + pick(text.length);
  for (let at = 0; at < text.length; at += step) survey.write(text.slice(at, at + step));
  const { layout } = survey.end();
  return (tell) => createCsvReader({ layout, currency: "EUR" }, tell);
}

function read(open: Open, text: string, pick: Pick): void {
  const examiner = createExaminer();
  const reader = open(examiner.take, pick);
  for (let at = 0; at < text.length; ) {
    const end = at + 1 + pick(pick(2) === 0 ? 20 : text.length);
    reader.write(text.slice(at, end));
    at = end;
  }
  reader.end();
}

function tryCase(name: string, index: number, body: () => string): void {
  const begun = process.cpuUsage();
  let text = "";
  try {
    text = body();
  } catch (error) {
    const given = error instanceof CaseFailed ? error : null;
    const what = given?.cause ?? error;
    const stack = what instanceof Error ? what.stack : String(what);
    throw new Error(
      `${name}, FUZZ_SEED=${seed}, case ${index}: ${stack}\n${JSON.stringify(given?.text)}`,
    );
  }
  const ms = cpuMsSince(begun);
  if (ms > caseMsMax) {
    throw new Error(
      `${name}, FUZZ_SEED=${seed}, case ${index} took ${ms} ms: ${JSON.stringify(text)}`,
    );
  }
}

class CaseFailed extends Error {
  readonly text: string;
  constructor(text: string, cause: unknown) {
    super("case failed", { cause });
    this.text = text;
  }
}

describe(`readers of statement files, seed ${seed}`, () => {
  for (const [place, format] of formats.entries()) {
    it(`${format}: ${casesOfFormat} broken files end in events as promised, never in an exception`, () => {
      for (let index = 0; index < casesOfFormat; index += 1) {
        const pick = seeded(seed + place * 10_000_019 + index * 7_919);
        tryCase(format, index, () => {
          const own = pick(20) > 0 ? shapes[format] : everyShape;
          const text = mutate(own[pick(own.length)] ?? "", pick, everyShape);
          try {
            const surveyed = format === "csv" && pick(2) === 0;
            read(surveyed ? surveyedReader(text, pick) : readers[format], text, pick);
          } catch (error) {
            throw new CaseFailed(text, error);
          }
          return text;
        });
      }
    }, 120_000);

    it(`${format}: the shapes themselves give lines, so that the cases are of something`, () => {
      const lines = shapes[format].map((text) => {
        const examiner = createExaminer();
        const counts = [0, 1, 2].map((choice) => {
          const before = examiner.lines;
          const reader = readers[format](createsLines(examiner), () => choice);
          reader.write(text);
          reader.end();
          return examiner.lines - before;
        });
        return Math.max(...counts);
      });
      expect(Math.max(...lines)).toBeGreaterThan(0);
    });
  }

  it("inspection and decoding take any bytes", () => {
    const encoder = new TextEncoder();
    for (let index = 0; index < casesOfFormat; index += 1) {
      const pick = seeded(seed + 90_000_049 + index * 7_919);
      tryCase("inspection", index, () => {
        const text = mutate(everyShape[pick(everyShape.length)] ?? "", pick, everyShape);
        try {
          inspect(pick(5) === 0 ? utf16(text) : encoder.encode(text), pick);
        } catch (error) {
          throw new CaseFailed(text, error);
        }
        return text;
      });
    }
  }, 120_000);
});

function createsLines(examiner: { lines: number }): Tell {
  return (event) => {
    if (event.kind === "line") examiner.lines += 1;
  };
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
}

function inspect(bytes: Uint8Array, pick: Pick): void {
  for (let flips = pick(6); flips > 0; flips -= 1) bytes[pick(bytes.length)] = pick(256);
  const inspection = createInspection();
  const step = 1 + pick(bytes.length + 1);
  for (let at = 0; at < bytes.length; at += step) inspection.write(bytes.subarray(at, at + step));
  const found = inspection.end();
  const encoding =
    found.kind === "statement"
      ? found.encoding
      : (fileEncodings[pick(fileEncodings.length)] ?? "utf-8");
  const decoder = createDecoder(encoding);
  let text = "";
  for (let at = 0; at < bytes.length; at += step)
    text += decoder.write(bytes.subarray(at, at + step));
  text += decoder.end();
  if (found.kind === "statement" && found.format !== "csv") read(readers[found.format], text, pick);
}

/** Streams that never end what they begin: what begins them, and what goes on and on. */
const endless: Readonly<Record<string, readonly [begin: string, again: string]>> = {
  "text without a line break": ["", "x"],
  digits: ["", "9"],
  "line breaks": ["", "\n"],
  "an open quote": ['Date,Description,Amount\n2026-01-01,"', "text, and more\n"],
  columns: ["Date,Description,Amount\n", "a,"],
  "deep nesting": ['<?xml version="1.0"?>', "<a>"],
  "deep nesting of a statement": [
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>',
    "<Ntry>",
  ],
  "a tag that never closes": ["<Document ", 'a="b" '],
  "attributes and no end": ["<Document", " a"],
  "text within XML": [
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>',
    "identifier ",
  ],
  "a comment": ["<Document><!--", " - "],
  "entities within OFX": [
    "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>",
    "&amp;",
  ],
  "OFX tags": ["OFXHEADER:100\n\n<OFX>", "<BANKTRANLIST>"],
  "an OFX header": ["OFXHEADER:100\n", "VERSION:102\n"],
  "88s": [
    "01,A,B,260105,0000,1,,,2/\n02,,B,1,260105,,USD/\n03,1,,,,/\n16,165,5,,,,TEXT\n",
    "88,MORE\n",
  ],
  "one BAI2 record": ["01,A,B,260105,0000,1,,,2/\n02,,B,1,260105,,USD/\n03,1,,", "010,1,,,"],
  "a BAI2 file without ends": ["01,A,B,260105,0000,1,,,2/\n02,,B,1,260105,,USD/\n", "03,1,,,,/\n"],
  "fields 86": [":20:X\n:25:1\n:28C:1\n:60F:C260101EUR0,\n:61:260101C1,NTRF\n", ":86:text\n"],
  "rows of a field 86": [":20:X\n:60F:C260101EUR0,\n:61:260101C1,NTRF\n:86:", "text\n"],
  "new tags": [":20:X\n", ":99X:\n"],
  "SWIFT blocks": ["", "{1:F01}{2:I940}{4:"],
};

const streamBytes = 3 * 1024 * 1024;
/** A quarter of a file's growth would show; what a test run itself leaves behind is less. */
const heapGrowthMax = 2 * 1024 * 1024;

describe("hostile streams", () => {
  for (const format of formats) {
    for (const [name, [begin, again]] of Object.entries(endless)) {
      it(`${format} keeps little of ${name} without end`, () => {
        const examiner = createExaminer();
        const reader = readers[format](examiner.take, () => 1);
        const part = again.repeat(Math.ceil((64 * 1024) / again.length));
        const before = heapInUse();
        reader.write(begin);
        for (let told = 0; told < streamBytes; told += part.length) reader.write(part);
        const grown = heapInUse() - before;
        reader.end();
        expect(grown).toBeLessThan(heapGrowthMax);
      }, 20_000);
    }
  }
});
