/** Runs in a thread of its own: writes one workbook, answers its bytes, and ends. See write-workbook.ts. */
import { parentPort, workerData } from "node:worker_threads";
import writeXlsxFile, { type Cell, type Row } from "write-excel-file/node";
import type { LedgerAmount, LedgerRow } from "./ledger-line.ts";
import type { WorkbookTask } from "./write-workbook.ts";

const columns = [
  { name: "Date", width: 12 },
  { name: "Description", width: 48 },
  { name: "Reference", width: 24 },
  { name: "Credit", width: 14 },
  { name: "Debit", width: 14 },
  { name: "Status", width: 20 },
  { name: "Notes", width: 60 },
];

const { sheet, rows } = workerData as WorkbookTask;
const header: Row = columns.map(({ name }) => ({ value: name, type: String, fontWeight: "bold" }));
const file = await writeXlsxFile([header, ...rows.map(rowOf)], {
  sheet,
  columns: columns.map(({ width }) => ({ width })),
  stickyRowsCount: 1,
}).toBuffer();
const bytes = Uint8Array.from(file);
parentPort?.postMessage(bytes, [bytes.buffer]);

function rowOf(row: LedgerRow): Row {
  return [
    { value: new Date(row.day), type: Date, format: "yyyy-mm-dd" },
    ...[textOf(row.description), textOf(row.reference)],
    ...[amountOf(row.credit), amountOf(row.debit)],
    ...[textOf(row.status), textOf(row.notes)],
  ];
}

/** A text that stays one when somebody edits the cell: its format is Excel's text. */
function textOf(text: string): Cell {
  return text === "" ? null : { value: text, type: String, format: "@" };
}

function amountOf(amount: LedgerAmount | null): Cell {
  if (amount === null) return null;
  return typeof amount.value === "number"
    ? { value: amount.value, type: Number, format: amount.format }
    : textOf(amount.value);
}
