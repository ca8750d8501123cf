import { parseCamt053 } from "camt-parser";
import { parse as parseCsv } from "csv-parse/sync";
import { read as readMt940 } from "mt940-js";
import { Parser as Mt940Parser } from "mt940js";
import { parse as parseNodeOfx } from "node-ofx-parser";
import { Ofx } from "ofx-data-extractor";
import { parseSync as parseOfxJs } from "ofx-js";
import { inferSchema, initParser } from "udsv";
import { createBai2Reader } from "../../server/src/core/statements/bai2/reader.ts";
import { createCamt053Reader } from "../../server/src/core/statements/camt053/reader.ts";
import { createCsvReader } from "../../server/src/core/statements/csv/reader.ts";
import { createMt940Reader } from "../../server/src/core/statements/mt940/reader.ts";
import { createOfxReader } from "../../server/src/core/statements/ofx/reader.ts";
import type { StatementReader, Tell } from "../../server/src/core/statements/statement.ts";
import { type Figure, rounded } from "./figures.ts";
import {
  type BenchFile,
  bai2File,
  camt053File,
  csvFile,
  mt940File,
  ofxFile,
} from "./parser-files.ts";

const charactersMin = 20_000_000;
/** As the reading job hands it on, about. */
const partCharacters = 64 * 1024;
const rounds = 3;

/**
 * Each reader of statement files over one generated file of 20 MB, beside parsers of its format on npm, all on one
 * thread in one process, best of three. Ours read in parts and tell lines that are ready for the books: exact minor
 * units, checked days and currencies, every problem with its row, totals and balances. Theirs get the whole text at
 * once, and stop earlier:
 *
 * - udsv: rows of texts; assumes well-formed input. csv-parse: rows of texts, checked as CSV; ours gives it the rows
 *   that have quotes.
 * - mt940-js, mt940js: amounts as floating-point numbers, field 86 as one text. mt940js does check that balances add up,
 *   in floating point, and throws where they do not.
 * - camt-parser: builds the whole document first (xml2js); amounts and days as texts; version 08 only.
 * - ofx-js, node-ofx-parser, ofx-data-extractor: a tree of texts by regular expressions over the whole text; no amount,
 *   day or currency is read (ofx-data-extractor reads amounts as floating-point numbers and reshapes dates).
 * - BAI2: npm has no parser of it (looked for by name and in the registry's lists of November 2026), so beside ours
 *   stands the floor of splitting the text at its line breaks and commas, which reads nothing.
 */
export async function benchParsers(): Promise<Figure[]> {
  return [
    ...(await benchFormat(
      "CSV",
      csvFile(charactersMin),
      (tell) => createCsvReader(csvOptions, tell),
      {
        "udsv 0.7.3": (text) => initParser(inferSchema(text)).stringArrs(text).length,
        "csv-parse 6.2.1": (text) => parseCsv(text, { from_line: 2 }).length,
      },
    )),
    ...(await benchFormat("BAI2", bai2File(charactersMin), (tell) => createBai2Reader({}, tell), {
      "none on npm; splitting at line breaks and commas": splitLines,
    })),
    ...(await benchFormat(
      "MT940",
      mt940File(charactersMin),
      (tell) => createMt940Reader({ currency: null }, tell),
      {
        "mt940-js 1.0.0": async (text) => countIn(await readMt940(Buffer.from(text))),
        "mt940js 1.3.5": (text) => countIn(new Mt940Parser().parse(text)),
      },
    )),
    ...(await benchFormat(
      "CAMT.053",
      camt053File(charactersMin),
      (tell) => createCamt053Reader({}, tell),
      {
        "camt-parser 1.1.0": async (text) => countIn((await parseCamt053(text)).statements),
      },
    )),
    ...(await benchFormat("OFX", ofxFile(charactersMin), (tell) => createOfxReader({}, tell), {
      "ofx-js 1.1.1": (text) => countOfx(parseOfxJs(text)),
      "ofx-data-extractor 1.5.0": (text) => countOfx(new Ofx(text).toJson()),
      "node-ofx-parser 0.5.1": (text) => countOfx(parseNodeOfx(text)),
    })),
  ];
}

/** Parses a text, and answers how many transactions it found; null where it does not look for any. */
type Peer = (text: string) => number | null | Promise<number | null>;

async function benchFormat(
  format: string,
  file: BenchFile,
  createReader: (tell: Tell) => StatementReader,
  peers: Record<string, Peer>,
): Promise<Figure[]> {
  const megabytes = Buffer.byteLength(file.text) / 1e6;
  const what = `Reading ${format}, ${rounded(megabytes)} MB: MB/s`;
  const ours = megabytes / (await bestSeconds(() => readOurs(file, createReader)));
  const figures: Figure[] = [];
  for (const [name, peer] of Object.entries(peers)) {
    let found: number | null = null;
    let seconds: number;
    try {
      seconds = await bestSeconds(async () => {
        found = await peer(file.text);
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      figures.push({
        what,
        ours: rounded(ours),
        peer: "fails",
        peerName: `${name}: ${reason}`,
        ratio: null,
      });
      continue;
    }
    const missed = found !== null && found !== file.lines;
    figures.push({
      what,
      ours: rounded(ours),
      peer: rounded(megabytes / seconds),
      peerName: missed ? `${name}, found ${found} of ${file.lines} transactions` : name,
      ratio: ours / (megabytes / seconds),
    });
  }
  return figures;
}

async function bestSeconds(run: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await run();
    best = Math.min(best, (performance.now() - startedAt) / 1_000);
    // Whoever is far behind need not be shown so three times.
    if (best > 20) break;
  }
  return best;
}

function readOurs(file: BenchFile, createReader: (tell: Tell) => StatementReader): void {
  let lines = 0;
  const reader = createReader((event) => {
    if (event.kind === "line") lines += 1;
    if (event.kind === "problem") throw new Error(event.problem.message);
    if (event.kind === "check" && event.check.stated !== event.check.computed) {
      throw new Error(`${event.check.what} of the bench's own file does not pass`);
    }
  });
  for (let at = 0; at < file.text.length; at += partCharacters) {
    reader.write(file.text.slice(at, at + partCharacters));
  }
  reader.end();
  if (lines !== file.lines) throw new Error(`ours found ${lines} of ${file.lines} transactions`);
}

const csvOptions = {
  currency: "GBP",
  layout: {
    delimiter: ",",
    headerRow: 1,
    dateColumn: 0,
    descriptionColumns: [1],
    amountColumn: 3,
    creditColumn: null,
    debitColumn: null,
    indicatorColumn: null,
    referenceColumn: 2,
    counterpartyColumn: 5,
    balanceColumn: null,
    currencyColumn: 4,
    dateOrder: "year_first",
    decimalSign: "point",
    reversed: false,
  },
} as const;

function splitLines(text: string): null {
  let fields = 0;
  for (const line of text.split("\n")) fields += line.split(",").length;
  if (fields === 0) throw new Error("nothing was split");
  return null;
}

function countIn(statements: readonly { transactions: readonly unknown[] }[]): number {
  return statements.reduce((sum, { transactions }) => sum + transactions.length, 0);
}

function countOfx(parsed: { OFX: Record<string, unknown> }): number {
  const names = ["BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "BANKTRANLIST"];
  const list = names.reduce<unknown>(
    (tree, name) => (tree as Record<string, unknown> | undefined)?.[name],
    parsed.OFX,
  ) as { STMTTRN?: unknown[]; STRTTRN?: unknown[] } | undefined;
  return (list?.STMTTRN ?? list?.STRTTRN ?? []).length;
}
