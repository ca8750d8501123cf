import { z } from "zod";
import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import { isLocalDate, type LocalDate } from "../../core/dates.ts";
import { type CsvLayout, parseLayout } from "../../core/statements/csv/layout.ts";
import type { BalanceCheck } from "../../core/statements/statement.ts";

/**
 * The JSON that an import keeps, read back into its shapes. What does not fit any more, for an older version wrote it,
 * is left out: an old import must stay readable.
 */

const minor = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform(BigInt);
const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const currency = z.string().refine(isCurrencyCode) as unknown as z.ZodType<CurrencyCode>;

const previewRowShape = z.object({
  row: z.int(),
  cells: z.array(z.string()),
  bookedOn: day.nullish().default(null),
  amountMinor: minor.nullish().default(null),
  currency: currency.nullish().default(null),
  description: z.string().nullish().default(null),
  reference: z.string().nullish().default(null),
  counterpartyName: z.string().nullish().default(null),
  balanceMinor: minor.nullish().default(null),
  problem: z.string().nullish().default(null),
});

/** One of a CSV file's first rows: its cells, and how they are read. */
export type StoredPreviewRow = z.output<typeof previewRowShape>;

const surveyShape = z.object({
  headers: z.array(z.string()).default([]),
  remembered: z.boolean().default(false),
});

const checkShape = z.object({
  what: z.enum([
    "balance",
    "running_balance",
    "continuity",
    "control_total",
    "record_count",
    "account_count",
    "group_count",
    "entry_count",
    "entry_sum",
  ]),
  row: z.int(),
  place: z.string(),
  unit: z.enum(["money", "count"]),
  currency: currency.nullish().default(null),
  stated: minor,
  computed: minor,
}) satisfies z.ZodType<BalanceCheck>;

const sourceShape = z.object({
  how: z.enum(["same_identity", "same_day", "near_day", "posted", "feed_after_file"]),
  count: z.int(),
  batchId: z.string().nullish().default(null),
  connectionId: z.string().nullish().default(null),
});

/** From where so many of an import's lines were known. */
export type StoredSource = z.output<typeof sourceShape>;

/** How the columns are read; null for other formats than CSV, and before that was found out. */
export function readLayout(stored: unknown): CsvLayout | null {
  return parseLayout(stored);
}

export function readPreviewRows(stored: unknown): StoredPreviewRow[] {
  return each(
    z.object({ rows: z.array(z.unknown()) }).safeParse(stored).data?.rows,
    previewRowShape,
  );
}

/** What stands above the columns, and whether they are read as an earlier file with the same headers was. */
export function readSurvey(stored: unknown): z.output<typeof surveyShape> {
  return surveyShape.safeParse(stored).data ?? { headers: [], remembered: false };
}

export function readChecks(stored: unknown): BalanceCheck[] {
  return each(stored, checkShape);
}

export function readSources(stored: unknown): StoredSource[] {
  return each(stored, sourceShape);
}

function each<Shape extends z.ZodType>(stored: unknown, shape: Shape): z.output<Shape>[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((value) => {
    const read = shape.safeParse(value);
    return read.success ? [read.data] : [];
  });
}
