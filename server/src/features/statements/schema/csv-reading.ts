import type { CsvLayout } from "../../../core/statements/csv/layout.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import type { StoredPreviewRow } from "../stored-shapes.ts";
import { moneyOrNull } from "./amounts.ts";
import { DateOrderType, DecimalSignType } from "./enums.ts";

/** How a CSV file is read, and what that makes of its first rows. */
export interface CsvReading {
  readonly layout: CsvLayout;
  readonly headers: readonly string[];
  readonly rows: readonly StoredPreviewRow[];
  readonly remembered: boolean;
}

const columns = {
  dateColumn: "The column of the booking day.",
  amountColumn: "The column of the amount, where money in and out share one.",
  creditColumn: "The column of money in, where it has its own.",
  debitColumn: "The column of money out, where it has its own.",
  indicatorColumn: "The column that says of the amount whether it is debit or credit.",
  referenceColumn: "The column of the payment reference.",
  counterpartyColumn: "The column of who paid or was paid.",
  balanceColumn: "The column of the balance after the line.",
  currencyColumn: "The column of the currency.",
} as const;

const delimiter = "What stands between cells: a comma, a semicolon, a tab or a pipe.";
const headerRow = "The row of the headers, from 1; 0 where the file has none.";
const descriptionColumns = "The columns of the description, joined in this order.";
const dateOrder = "The order in which dates are written; null where it is not settled.";
const decimalSign = "What stands in front of decimals; null where it is not settled.";
const reversed = "Whether money out is written as positive.";

const CsvLayoutRef = builder.objectRef<CsvLayout>("CsvLayout").implement({
  description: "How the columns of a CSV file are read. Columns count from 0.",
  fields: (t) => ({
    delimiter: t.exposeString("delimiter", { description: delimiter }),
    headerRow: t.exposeInt("headerRow", { description: headerRow }),
    dateColumn: t.exposeInt("dateColumn", { nullable: true, description: columns.dateColumn }),
    descriptionColumns: t.intList({
      description: descriptionColumns,
      resolve: (layout) => [...layout.descriptionColumns],
    }),
    amountColumn: t.exposeInt("amountColumn", {
      nullable: true,
      description: columns.amountColumn,
    }),
    creditColumn: t.exposeInt("creditColumn", {
      nullable: true,
      description: columns.creditColumn,
    }),
    debitColumn: t.exposeInt("debitColumn", { nullable: true, description: columns.debitColumn }),
    indicatorColumn: t.exposeInt("indicatorColumn", {
      nullable: true,
      description: columns.indicatorColumn,
    }),
    referenceColumn: t.exposeInt("referenceColumn", {
      nullable: true,
      description: columns.referenceColumn,
    }),
    counterpartyColumn: t.exposeInt("counterpartyColumn", {
      nullable: true,
      description: columns.counterpartyColumn,
    }),
    balanceColumn: t.exposeInt("balanceColumn", {
      nullable: true,
      description: columns.balanceColumn,
    }),
    currencyColumn: t.exposeInt("currencyColumn", {
      nullable: true,
      description: columns.currencyColumn,
    }),
    dateOrder: t.expose("dateOrder", {
      type: DateOrderType,
      nullable: true,
      description: dateOrder,
    }),
    decimalSign: t.expose("decimalSign", {
      type: DecimalSignType,
      nullable: true,
      description: decimalSign,
    }),
    reversed: t.exposeBoolean("reversed", { description: reversed }),
  }),
});

export const CsvLayoutInput = builder.inputType("CsvLayoutInput", {
  description: "How to read the columns of a CSV file. Columns count from 0.",
  fields: (t) => ({
    delimiter: t.string({ required: true, description: delimiter }),
    headerRow: t.int({ required: true, description: headerRow }),
    dateColumn: t.int({ description: columns.dateColumn }),
    descriptionColumns: t.intList({ required: true, description: descriptionColumns }),
    amountColumn: t.int({ description: columns.amountColumn }),
    creditColumn: t.int({ description: columns.creditColumn }),
    debitColumn: t.int({ description: columns.debitColumn }),
    indicatorColumn: t.int({ description: columns.indicatorColumn }),
    referenceColumn: t.int({ description: columns.referenceColumn }),
    counterpartyColumn: t.int({ description: columns.counterpartyColumn }),
    balanceColumn: t.int({ description: columns.balanceColumn }),
    currencyColumn: t.int({ description: columns.currencyColumn }),
    dateOrder: t.field({
      type: DateOrderType,
      description: "The order in which dates are written; without it the file's rows decide.",
    }),
    decimalSign: t.field({
      type: DecimalSignType,
      description: "What stands in front of decimals; without it the file's rows decide.",
    }),
    reversed: t.boolean({ required: true, defaultValue: false, description: reversed }),
  }),
});

const CsvPreviewRowRef = builder.objectRef<StoredPreviewRow>("CsvPreviewRow").implement({
  description: "One of a CSV file's first rows: its cells, and how they are read.",
  fields: (t) => ({
    row: t.exposeInt("row", { description: "The row of the file, from 1." }),
    cells: t.exposeStringList("cells", { description: "What stands in it." }),
    bookedOn: t.expose("bookedOn", {
      type: "LocalDate",
      nullable: true,
      description: "The booking day, as it is read.",
    }),
    amount: t.field({
      type: MoneyType,
      nullable: true,
      description: "Money in is positive, money out negative.",
      resolve: ({ amountMinor, currency }) => moneyOrNull(amountMinor, currency),
    }),
    description: t.exposeString("description", {
      nullable: true,
      description: "The bank's text, as it is read.",
    }),
    reference: t.exposeString("reference", {
      nullable: true,
      description: "The payment reference, as it is read.",
    }),
    counterpartyName: t.exposeString("counterpartyName", {
      nullable: true,
      description: "Who paid or was paid, as it is read.",
    }),
    balance: t.field({
      type: MoneyType,
      nullable: true,
      description: "The balance after the line, as it is read.",
      resolve: ({ balanceMinor, currency }) => moneyOrNull(balanceMinor, currency),
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "Why the row cannot be read, as a sentence.",
    }),
  }),
});

export const CsvReadingRef = builder.objectRef<CsvReading>("CsvReading").implement({
  description: "How a CSV file is read, and what that makes of its first rows.",
  fields: (t) => ({
    layout: t.expose("layout", { type: CsvLayoutRef, description: "Which column holds what." }),
    headers: t.stringList({
      description: "What stands above the columns.",
      resolve: ({ headers }) => [...headers],
    }),
    rows: t.field({
      type: [CsvPreviewRowRef],
      description: "The first rows with lines.",
      resolve: ({ rows }) => [...rows],
    }),
    remembered: t.exposeBoolean("remembered", {
      description: "Whether the layout is the one that was confirmed for such a file before.",
    }),
  }),
});
