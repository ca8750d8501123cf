import { type Delimiter, delimiters } from "./csv/layout.ts";
import { createCsvRows } from "./csv/rows.ts";
import { type Refusal, refused } from "./file-magic.ts";
import type { StatementFormat } from "./statement.ts";

const advice = "Download the statement from the bank as CSV, CAMT.053, MT940, BAI2 or OFX.";

/** The format of a file by the beginning of its text. `whole`: the text is all of the file. */
export function recogniseFormat(head: string, whole: boolean): StatementFormat | Refusal {
  const text = head.trimStart();
  if (text === "") return refused("empty", "The file is empty. Bring one with at least one line.");
  if (bai2.test(text)) return "bai2";
  if (/^OFXHEADER\s*:/i.test(text) || ofx.test(text)) return "ofx";
  if (text.startsWith("<")) return recogniseXml(text);
  if (mt940.test(text)) return "mt940";
  return refuseKnown(text) ?? recogniseTable(head, whole);
}

/** 01, sender, receiver, file date: the file header of BAI version 2, on a line of its own or not. */
const bai2 = /^01\s*,[^,\r\n]{0,40},[^,\r\n]{0,40},\s*\d{6}\s*,/;
const ofx = /^(?:[^<]{0,2000}OFXHEADER\s*:[^<]{0,2000})?(?:<[?!][^>]{0,2000}>\s*)*<OFX\s*>/i;
/** Reference, account and opening balance, in that order, each on a line of its own or first in block 4. */
const mt940 =
  /(?:^|\n|\{4:\s{0,4}):20:[^\n]{0,100}\n(?:[^\n]{0,200}\n){0,12}?:25[A-Z]?:[^\n]{0,100}\n(?:[^\n]{0,200}\n){0,12}?:60[FM]:/;

function recogniseXml(text: string): StatementFormat | Refusal {
  if (/<(?:[\w.-]+:)?BkToCstmrStmt[\s>/]/.test(text)) {
    const namespace = messageName(text);
    if (namespace === null || namespace.startsWith("camt.053")) return "camt053";
  }
  if (/<OFX\s*>/i.test(text)) return "ofx";
  const name = messageName(text);
  if (name?.startsWith("camt.053")) return "camt053";
  if (name?.startsWith("camt.052")) {
    return refused(
      "unknown_format",
      `The file is an account report of the day (${name}), whose lines may still change. Bring the statement, CAMT.053.`,
    );
  }
  if (name?.startsWith("camt.054")) {
    return refused(
      "unknown_format",
      `The file is a notification of single payments (${name}), without balances. Bring the statement, CAMT.053.`,
    );
  }
  if (name !== null) {
    return refused(
      "unknown_format",
      `The file is an ISO 20022 message ${name}, not a statement. ${advice}`,
    );
  }
  if (
    /^<(?:!doctype\s+)?html\b/i.test(text) ||
    /<(?:html|table|body)\b/i.test(text.slice(0, 4_000))
  ) {
    return refused(
      "unknown_format",
      `The file is a web page, also where it is named .xls. ${advice}`,
    );
  }
  const root = /<([A-Za-z_][\w.:-]{0,60})/.exec(text.replace(/<[?!][^>]*>/g, ""))?.[1];
  const named = root === undefined ? "XML" : `XML of another kind (<${root}>)`;
  return refused("unknown_format", `The file is ${named}. ${advice}`);
}

/** "camt.053.001.08", by the namespace of ISO 20022 or by the message's element. */
function messageName(text: string): string | null {
  const names = [
    ...text.matchAll(
      /\b(?:xsd[:$]|schema[:/]|["'][^"']{0,80}?)((?:camt|pain|pacs|acmt|admi)\.\d{3}(?:\.\d{3}\.\d{2})?)/g,
    ),
  ];
  const own = names.map(([, name]) => name ?? "");
  // An envelope names its own message beside the statement's.
  return own.find((name) => name.startsWith("camt.053")) ?? own[0] ?? messageByElement(text);
}

function messageByElement(text: string): string | null {
  const found =
    /<(?:[\w.-]+:)?(BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn|CstmrCdtTrfInitn|CstmrDrctDbtInitn|CstmrPmtStsRpt)[\s>/]/.exec(
      text,
    )?.[1];
  return found === undefined ? null : (messagesByElement.get(found) ?? null);
}

const messagesByElement: ReadonlyMap<string, string> = new Map([
  ["BkToCstmrAcctRpt", "camt.052"],
  ["BkToCstmrDbtCdtNtfctn", "camt.054"],
  ["CstmrCdtTrfInitn", "pain.001"],
  ["CstmrDrctDbtInitn", "pain.008"],
  ["CstmrPmtStsRpt", "pain.002"],
]);

/** Formats that people bring and that are not read, by name. */
function refuseKnown(text: string): Refusal | null {
  const known =
    (/^!(?:Type|Account|Option):/i.test(text) && "QIF, which says neither currency nor balance") ||
    (/^(?:\{\s*"|\{\s*\}|\[\s*[{[\]])/.test(text) && "JSON") ||
    (/^\{\\rtf/.test(text) && "a text document (RTF)") ||
    (/(?:^|\n|\{4:\s{0,4}):20:[\s\S]{0,2000}?\n:34F:/.test(text) && "MT942, a report of the day") ||
    (/^(?:MIME-Version|Received|From|Return-Path): /i.test(text) && "an e-mail") ||
    (/^#!|^(?:import|const|function|SELECT|INSERT INTO)\s/.test(text) && "program text");
  return known === false ? null : refused("unknown_format", `The file is ${known}. ${advice}`);
}

/** A date, a description and an amount. */
const cellsMin = 3;

/** A table has a header and a data row: two rows of so many cells by the same delimiter, with figures below. */
function recogniseTable(head: string, whole: boolean): StatementFormat | Refusal {
  let only = 0;
  for (const delimiter of delimiters) {
    const rows = rowsOf(head, delimiter);
    const tabular = rows.filter((cells) => cells.length >= cellsMin);
    if (tabular.length >= 2 && tabular.some((cells) => /\d/.test(cells.join("")))) return "csv";
    if (tabular.length === 1 && rows.length === 1) only = tabular[0]?.length ?? 0;
  }
  if (!/[\r\n]/.test(head.trim()) && !whole) {
    const message = `The file's first ${head.length} characters are one line, which is no table of bank lines. ${advice}`;
    return refused("unknown_format", message);
  }
  if (only > 0) {
    const message =
      "The file has one row only. Choose a period with lines, and keep the column names.";
    return refused("empty", message);
  }
  return refused("unknown_format", `The file is none of the formats that are read. ${advice}`);
}

function rowsOf(head: string, delimiter: Delimiter): (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  const parted = createCsvRows(delimiter, {
    row(_, cells) {
      if (cells.some((cell) => cell.trim() !== "")) rows.push(cells);
    },
    refuse() {
      // A row too long or too wide: what came before it tells enough.
    },
  });
  parted.write(head);
  parted.end();
  return rows;
}
