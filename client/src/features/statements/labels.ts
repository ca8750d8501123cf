import { plural } from "../../lib/format.ts";
import type { Tone } from "../../lib/ui/tone.ts";
import type {
  CsvLayout,
  FailedCheck,
  ImportQuestion,
  ImportStatus,
  Recognition,
  StatementFormat,
} from "./documents.ts";

/** How an import stands, in a word and a colour. */
export const statusLabels: Record<ImportStatus, { label: string; tone: Tone }> = {
  PENDING: { label: "Needs you", tone: "warning" },
  PROCESSING: { label: "Processing", tone: "accent" },
  COMPLETE: { label: "Complete", tone: "positive" },
  FAILED: { label: "Failed", tone: "negative" },
  UNDONE: { label: "Undone", tone: "neutral" },
  DISCARDED: { label: "Discarded", tone: "neutral" },
};

export const formatLabels: Record<StatementFormat, string> = {
  CSV: "CSV",
  BAI2: "BAI2",
  OFX: "OFX",
  CAMT053: "CAMT.053",
  MT940: "MT940",
};

/** In this order questions are asked: what is read by the answers comes before what is computed. */
export const questionOrder: readonly ImportQuestion[] = [
  "COLUMNS",
  "ACCOUNT",
  "DATE_ORDER",
  "DECIMAL_SIGN",
  "BALANCE",
];

/** Why the import can't begin yet. */
export const questionLabels: Record<ImportQuestion, string> = {
  ACCOUNT: "Say whose lines these are first.",
  COLUMNS: "Say what the columns mean first.",
  DATE_ORDER: "Say how the dates are written first.",
  DECIMAL_SIGN: "Say which sign parts the decimals first.",
  BALANCE: "The figures of the file do not agree.",
};

/** By what a line was known. */
export const recognitionLabels: Record<Recognition, string> = {
  SAME_IDENTITY: "The same line, word for word",
  SAME_DAY: "Same day and amount",
  NEAR_DAY: "Same amount, a few days apart",
  POSTED: "Was pending, now booked",
  FEED_AFTER_FILE: "The feed brought it after the file",
};

export const checkLabels: Record<FailedCheck["what"], string> = {
  BALANCE: "Opening balance and lines do not make the closing balance",
  RUNNING_BALANCE: "A line's balance does not follow from the one before",
  CONTINUITY: "The opening balance is not the closing balance before it",
  CONTROL_TOTAL: "The control total is not the sum of the amounts",
  RECORD_COUNT: "The number of records",
  ACCOUNT_COUNT: "The number of accounts",
  GROUP_COUNT: "The number of groups",
  ENTRY_COUNT: "The number of entries",
  ENTRY_SUM: "The sum of the entries",
};

export const delimiterLabels: Record<string, string> = {
  ",": "Commas",
  ";": "Semicolons",
  "\t": "Tabs",
  "|": "Bars",
};

export const dateOrderLabels: Record<NonNullable<CsvLayout["dateOrder"]>, string> = {
  DAY_FIRST: "Day first",
  MONTH_FIRST: "Month first",
  YEAR_FIRST: "Year first",
};

const bytesEach = [
  { unit: "megabyte", bytes: 1024 * 1024 },
  { unit: "kilobyte", bytes: 1024 },
] as const;

/** "3.4 MB": in the browser's language. */
export function formatBytes(count: number): string {
  if (count < 1024) return plural(count, "byte");
  const size = bytesEach.find(({ bytes }) => count >= bytes) ?? bytesEach[1];
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: size.unit,
    unitDisplay: "short",
    maximumFractionDigits: count / size.bytes >= 100 ? 0 : 1,
  }).format(count / size.bytes);
}
