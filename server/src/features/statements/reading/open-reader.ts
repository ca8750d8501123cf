import { assert, unreachable } from "../../../core/assert.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { createBai2Reader } from "../../../core/statements/bai2/reader.ts";
import { createCamt053Reader } from "../../../core/statements/camt053/reader.ts";
import type { CsvLayout } from "../../../core/statements/csv/layout.ts";
import { createCsvReader } from "../../../core/statements/csv/reader.ts";
import { createMt940Reader } from "../../../core/statements/mt940/reader.ts";
import { createOfxReader } from "../../../core/statements/ofx/reader.ts";
import type { StatementFormat, StatementReader, Tell } from "../../../core/statements/statement.ts";

export interface ReaderNeeds {
  /** CSV only. */
  readonly layout: CsvLayout | null;
  /** For amounts of files that name none. */
  readonly currency: CurrencyCode;
}

/** The reader of a format, ready for the file's first part. */
export function openReader(
  format: StatementFormat,
  { layout, currency }: ReaderNeeds,
  tell: Tell,
): StatementReader {
  switch (format) {
    case "csv":
      assert(layout, "a CSV file is read with a layout");
      return createCsvReader({ layout, currency }, tell);
    case "bai2":
      return createBai2Reader({}, tell);
    case "ofx":
      return createOfxReader({ currency }, tell);
    case "camt053":
      return createCamt053Reader({ currency }, tell);
    case "mt940":
      return createMt940Reader({ currency }, tell);
    default:
      return unreachable(format);
  }
}
