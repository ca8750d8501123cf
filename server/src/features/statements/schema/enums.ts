import { builder } from "../../../graphql/builder.ts";

export const StatementFormatType = builder.enumType("StatementFormat", {
  description: "In which format a statement file is written. It is told by its content.",
  values: {
    CSV: { value: "csv", description: "A table as text." },
    BAI2: { value: "bai2", description: "BAI2, of North American banks." },
    OFX: { value: "ofx", description: "OFX or QFX, as SGML or XML." },
    CAMT053: { value: "camt053", description: "ISO 20022 CAMT.053." },
    MT940: { value: "mt940", description: "SWIFT MT940." },
  } as const,
});

export const ImportStatusType = builder.enumType("ImportStatus", {
  description: "Where an import stands.",
  values: {
    PROCESSING: { value: "processing", description: "It is being read or written." },
    PENDING: { value: "pending", description: "It was read, and waits for a person's word." },
    COMPLETE: { value: "complete", description: "Its lines are in the books." },
    FAILED: { value: "failed", description: "It could not be read or written: see `failure`." },
    UNDONE: { value: "undone", description: "Its lines were taken out of the books again." },
    DISCARDED: { value: "discarded", description: "A person gave it up; nothing was written." },
  } as const,
});

export const ImportStepType = builder.enumType("ImportStep", {
  description: "What is being done with an import.",
  values: {
    READING: { value: "reading", description: "Its file is being read. Nothing is written yet." },
    WRITING: { value: "writing", description: "Its lines are being written into the books." },
  } as const,
});

export const ImportQuestionType = builder.enumType("ImportQuestion", {
  description: "What a person has to decide before an import is written.",
  values: {
    ACCOUNT: { value: "account", description: "Of which account its lines are." },
    COLUMNS: { value: "columns", description: "Which column holds what." },
    DATE_ORDER: {
      value: "date_order",
      description: "Whether 03/04/2026 is in April or in March: no row of the file settles it.",
    },
    DECIMAL_SIGN: {
      value: "decimal_sign",
      description: "Whether 1.234 is a thousand or one: no row of the file settles it.",
    },
    BALANCE: {
      value: "balance",
      description: "Figures of the file do not agree: whether to take it nevertheless.",
    },
  } as const,
});

export const DateOrderType = builder.enumType("DateOrder", {
  description: "The order in which dates are written.",
  values: {
    DAY_FIRST: { value: "day_first", description: "31/12/2026." },
    MONTH_FIRST: { value: "month_first", description: "12/31/2026." },
    YEAR_FIRST: { value: "year_first", description: "2026/12/31." },
  } as const,
});

export const DecimalSignType = builder.enumType("DecimalSign", {
  description: "What stands in front of an amount's decimals.",
  values: {
    POINT: { value: "point", description: "1,234.56." },
    COMMA: { value: "comma", description: "1.234,56." },
  } as const,
});

export const RecognitionType = builder.enumType("Recognition", {
  description: "By what a line of a file was taken for one that the books have.",
  values: {
    SAME_IDENTITY: {
      value: "same_identity",
      description: "The same line came in a file before: the same id, or the same words.",
    },
    SAME_DAY: {
      value: "same_day",
      description: "Another source has a line of that amount on that day.",
    },
    NEAR_DAY: {
      value: "near_day",
      description: "Another source has a line of that amount a few days apart, in like words.",
    },
    POSTED: {
      value: "posted",
      description: "It was a pending line of the feed, which the bank has posted since.",
    },
    FEED_AFTER_FILE: {
      value: "feed_after_file",
      description: "The file came first; the feed brought the same line later.",
    },
  } as const,
});

export const BalanceCheckKindType = builder.enumType("BalanceCheckKind", {
  description: "Which of a file's figures was checked.",
  values: {
    BALANCE: { value: "balance", description: "Opening balance + lines = closing balance." },
    RUNNING_BALANCE: {
      value: "running_balance",
      description: "Each line's balance = the one before it + the line.",
    },
    CONTINUITY: {
      value: "continuity",
      description: "The opening balance = the closing balance of the statement or page before.",
    },
    CONTROL_TOTAL: { value: "control_total", description: "A control total = its amounts." },
    RECORD_COUNT: { value: "record_count", description: "How many records there are." },
    ACCOUNT_COUNT: { value: "account_count", description: "How many accounts there are." },
    GROUP_COUNT: { value: "group_count", description: "How many groups there are." },
    ENTRY_COUNT: { value: "entry_count", description: "How many entries there are." },
    ENTRY_SUM: { value: "entry_sum", description: "What the entries come to." },
  } as const,
});

export const ProblemLossType = builder.enumType("ProblemLoss", {
  description: "What is lost by a problem.",
  values: {
    NONE: { value: "none", description: "Nothing: it only looked odd." },
    LINE: { value: "line", description: "This line, which is skipped." },
    FILE: { value: "file", description: "The file, which cannot be taken at all." },
  } as const,
});

export const statementFormats = ["csv", "bai2", "ofx", "camt053", "mt940"] as const;
export const importSteps = ["reading", "writing"] as const;
export const importQuestions = [
  "account",
  "columns",
  "date_order",
  "decimal_sign",
  "balance",
] as const;

/** The word, where the enum has it: the database keeps these as texts, and an older version may have had others. */
export function known<Word extends string>(
  words: readonly Word[],
  word: string | null,
): Word | null {
  return words.find((each) => each === word) ?? null;
}
