import { z } from "zod";

/** The words of the wire: snake_case, times in ISO 8601 UTC, amounts as decimal strings beside their currency. */

const time = z.iso.datetime().describe("ISO 8601, UTC");
const day = z.iso.date();

const money = z.strictObject({
  amount: z.string().describe('Decimal, such as "-12.50"'),
  currency: z.string().describe("ISO 4217"),
});

const column = z.int().min(0).nullable();

export const csvLayout = z
  .strictObject({
    delimiter: z.enum([",", ";", "\t", "|"]),
    header_row: z.int().min(0).describe("From 1; 0 where the file has no headers"),
    date_column: column.describe("Columns count from 0"),
    description_columns: z.array(z.int().min(0)),
    amount_column: column.default(null),
    credit_column: column.default(null),
    debit_column: column.default(null),
    indicator_column: column.default(null).describe("Says debit or credit for the amount"),
    reference_column: column.default(null),
    counterparty_column: column.default(null),
    balance_column: column.default(null),
    currency_column: column.default(null),
    date_order: z.enum(["day_first", "month_first", "year_first"]).nullable().default(null),
    decimal_sign: z.enum(["point", "comma"]).nullable().default(null),
    reversed: z.boolean().default(false).describe("Money out is printed as positive"),
  })
  .meta({ id: "CsvLayout" });

export type WireLayout = z.output<typeof csvLayout>;

const check = z
  .strictObject({
    what: z.string(),
    row: z.int().describe("Where the stated figure stands"),
    place: z.string(),
    message: z.string(),
    currency: z.string().nullable().describe("Null for counts"),
    stated: z.string().describe("A decimal, or a count"),
    computed: z.string(),
    difference: z.string().describe("Stated less computed"),
  })
  .meta({ id: "BalanceCheck" });

const problemSchema = z
  .strictObject({
    row: z.int().describe("From 1; 0 for the file as a whole"),
    code: z.string(),
    message: z.string(),
    text: z.string().describe("What stands there, cut"),
    loss: z.enum(["none", "line", "file"]),
  })
  .meta({ id: "ImportProblem" });

const statement = z
  .strictObject({
    position: z.int().describe("What statement_accounts names it by"),
    account_id: z.uuid().nullable(),
    account_name: z.string().nullable(),
    account_mask: z.string().nullable(),
    currency: z.string().nullable(),
    number: z.string().nullable(),
    first_on: day.nullable(),
    last_on: day.nullable(),
    opening_balance: money.nullable(),
    closing_balance: money.nullable(),
    closing_on: day.nullable(),
    lines: z.int(),
    credits: money.nullable(),
    debits: money.nullable(),
  })
  .meta({ id: "ImportStatement" });

const previewRow = z
  .strictObject({
    row: z.int(),
    cells: z.array(z.string()),
    booked_on: day.nullable(),
    amount: money.nullable(),
    description: z.string().nullable(),
    reference: z.string().nullable(),
    counterparty_name: z.string().nullable(),
    balance: money.nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: "CsvPreviewRow" });

export const importSchema = z
  .strictObject({
    id: z.uuid(),
    file_name: z.string(),
    file_bytes: z.int(),
    format: z.enum(["csv", "bai2", "ofx", "camt053", "mt940"]).nullable(),
    encoding: z.string().nullable(),
    status: z.enum(["processing", "pending", "complete", "failed", "undone", "discarded"]),
    step: z.enum(["reading", "writing"]).nullable(),
    progress: z.number().nullable().describe("0 to 1, while it is processed"),
    bytes_read: z.int(),
    lines_read: z.int(),
    lines_written: z.int(),
    account_id: z
      .uuid()
      .nullable()
      .describe("The account chosen for lines whose file does not say"),
    account_ids: z.array(z.uuid()).describe("Every account that it has lines of"),
    statements: z.array(statement).describe("The first 50"),
    statement_count: z.int(),
    questions: z
      .array(z.enum(["account", "columns", "date_order", "decimal_sign", "balance"]))
      .describe("What has to be decided before it is written"),
    csv: z
      .strictObject({
        layout: csvLayout,
        headers: z.array(z.string()),
        rows: z.array(previewRow),
        remembered: z.boolean(),
      })
      .nullable()
      .describe("How its columns are read; null for other formats"),
    total_rows: z.int(),
    lines: z.int().describe("Rows that could be read"),
    skipped: z.int().describe("Rows that could not"),
    problem_count: z.int(),
    problems: z.array(problemSchema).describe("The first 20; problems_url has all"),
    recognised: z.int().describe("Lines that the books had already"),
    recognised_from: z.array(
      z.strictObject({
        how: z.string(),
        count: z.int(),
        import_id: z.uuid().nullable(),
        connection_id: z.uuid().nullable(),
      }),
    ),
    to_add: z.int().describe("Lines that it would add, until it is written"),
    added: z.int(),
    matched: z.int().describe("Of the lines added, as they stand now"),
    unmatched: z.int(),
    checks_passed: z.int(),
    checks_failed: z.int(),
    failed_checks: z.array(check),
    unbalanced_reason: z.string().nullable(),
    unbalanced_accepted_by: z.string().nullable(),
    same_file_as: z
      .uuid()
      .nullable()
      .describe("The last earlier import of the very same file that is still in the books"),
    failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    created_by: z.string(),
    created_at: time,
    finished_at: time.nullable(),
    undone_at: time.nullable(),
    undone_by: z.string().nullable(),
    file_url: z.string().nullable().describe("Null once the file is gone"),
    problems_url: z.string().nullable(),
  })
  .meta({ id: "Import" });

export type WireImport = z.output<typeof importSchema>;

export const importListSchema = z
  .strictObject({ imports: z.array(importSchema), next: z.string().nullable() })
  .meta({ id: "ImportList" });

const flag = z.enum(["true", "false"]).optional();

export const uploadQuery = z.strictObject({
  file_name: z.string().max(1_000).optional().describe("A form's file has its own"),
  account_id: z.uuid().optional().describe("The account of lines whose file does not say"),
  import_when_read: flag.describe("Written at once, if nothing is to be decided"),
  dry_run: flag.describe("Waits until the file is read, answers what would happen, and lets it go"),
});

export const readQuery = z.strictObject({
  wait: flag.describe("Waits, two minutes at most, until it is no longer processed"),
});

export const listQuery = z.strictObject({
  first: z.coerce.number().int().min(1).max(50).optional().describe("25 if absent"),
  after: z.string().max(100).optional().describe("`next` of the page before"),
  account_id: z.uuid().optional(),
  block_id: z.uuid().optional(),
  status: importSchema.shape.status.optional(),
  search: z.string().max(100).optional().describe("In the file's name"),
});

export const decideBody = z
  .strictObject({
    account_id: z.uuid().nullish(),
    layout: csvLayout.nullish(),
    statement_accounts: z
      .array(z.strictObject({ position: z.int().min(0), account_id: z.uuid() }))
      .max(1_000)
      .nullish(),
  })
  .meta({ id: "DecideImportRequest" });

export const confirmBody = z
  .strictObject({
    unbalanced_reason: z
      .string()
      .max(500)
      .nullish()
      .describe("Why it is taken although figures do not agree"),
  })
  .meta({ id: "ConfirmImportRequest" });

export const exportFields = {
  from: day.optional(),
  to: day.optional(),
  status: z
    .string()
    .regex(/^[a-z_]+(,[a-z_]+)*$/)
    .max(200)
    .optional()
    .describe("unmatched, part_matched, matched, excluded; several with commas"),
  search: z.string().max(100).optional(),
};

export const exportCsvQuery = z.strictObject({
  account_id: z.uuid().optional(),
  ...exportFields,
  pending: flag.describe("True brings the pending ones too"),
});

export const exportOfxQuery = z.strictObject({ account_id: z.uuid(), ...exportFields });
