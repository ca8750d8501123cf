import type { CsvLayout } from "../../core/statements/csv/layout.ts";
import type { WireLayout } from "./schemas.ts";

/** The API's spelling of a CSV layout, as the operations take it. */
export function fromWireLayout(layout: WireLayout): Omit<CsvLayout, "delimiter"> & {
  delimiter: string;
} {
  return {
    delimiter: layout.delimiter,
    headerRow: layout.header_row,
    dateColumn: layout.date_column,
    descriptionColumns: layout.description_columns,
    amountColumn: layout.amount_column,
    creditColumn: layout.credit_column,
    debitColumn: layout.debit_column,
    indicatorColumn: layout.indicator_column,
    referenceColumn: layout.reference_column,
    counterpartyColumn: layout.counterparty_column,
    balanceColumn: layout.balance_column,
    currencyColumn: layout.currency_column,
    dateOrder: layout.date_order,
    decimalSign: layout.decimal_sign,
    reversed: layout.reversed,
  };
}

export function toWireLayout(layout: CsvLayout): WireLayout {
  return {
    delimiter: layout.delimiter,
    header_row: layout.headerRow,
    date_column: layout.dateColumn,
    description_columns: [...layout.descriptionColumns],
    amount_column: layout.amountColumn,
    credit_column: layout.creditColumn,
    debit_column: layout.debitColumn,
    indicator_column: layout.indicatorColumn,
    reference_column: layout.referenceColumn,
    counterparty_column: layout.counterpartyColumn,
    balance_column: layout.balanceColumn,
    currency_column: layout.currencyColumn,
    date_order: layout.dateOrder,
    decimal_sign: layout.decimalSign,
    reversed: layout.reversed,
  };
}
