import type { CurrencyCode } from "../currencies.ts";
import type { LocalDate } from "../dates.ts";

/**
 * What every reader of a statement format answers. A reader is fed the file's text in parts and tells what it finds as
 * events, in the file's order; it never throws, whatever it is given, and keeps no more than the statement's head and
 * one line in memory.
 */
export interface StatementReader {
  /** The next part of the text: decoded, without a byte order mark, cut anywhere. After a problem with loss "file" it is ignored. */
  write(text: string): void;
  /** There is no more. Tells what is still held back: the last line, the end of an open statement, what is missing. */
  end(): void;
}

export type StatementFormat = "csv" | "bai2" | "ofx" | "camt053" | "mt940";

export type StatementEvent =
  | { readonly kind: "statement"; readonly head: StatementHead }
  | { readonly kind: "line"; readonly line: StatementLine }
  /** The end of the statement that was begun last. */
  | { readonly kind: "end"; readonly foot: StatementFoot }
  | { readonly kind: "check"; readonly check: BalanceCheck }
  | { readonly kind: "problem"; readonly problem: StatementProblem };

export type Tell = (event: StatementEvent) => void;

/** What is known before a statement's first line. */
export interface StatementHead {
  /** The row, record or line of the file on which it begins, from 1. */
  readonly row: number;
  /** The IBAN or number as the file prints it; null where it names none (CSV). */
  readonly account: string | null;
  readonly accountName: string | null;
  /** Null where the file does not say: then it is the account's. */
  readonly currency: CurrencyCode | null;
  /** The statement's own number or id, with its page where it has pages: "00123/002". */
  readonly number: string | null;
  readonly openingMinor: bigint | null;
}

export interface StatementFoot {
  /** Where the closing balance stands, where that is not the row of the head. */
  readonly row?: number;
  /** Also where the head knew it already. */
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
  readonly availableMinor: bigint | null;
  /** The day of the closing balance. */
  readonly closingOn: LocalDate | null;
  /** The period that it says it covers; null where it does not say. */
  readonly firstOn: LocalDate | null;
  readonly lastOn: LocalDate | null;
  /** True for a page that is continued: its closing balance is the next page's opening (MT940 62M). */
  readonly continued: boolean;
}

export interface StatementLine {
  /** The row, record or line of the file on which it begins, from 1. */
  readonly row: number;
  /** The booking day. */
  readonly bookedOn: LocalDate;
  /** Money in is positive, out negative; never zero. Minor units of the statement's currency. */
  readonly amountMinor: bigint;
  /** Never empty; at most `descriptionCharactersMax`. */
  readonly description: string;
  readonly counterpartyName: string | null;
  /** What the payer wrote or the bank carries: end-to-end id, structured remittance, check number. */
  readonly reference: string | null;
  /** The id that the file gives the line within its account; null where it gives none that is meant as one. */
  readonly fileId: string | null;
}

/** A figure that the file states and that was computed from its lines. A check that passed is told as well. */
export interface BalanceCheck {
  readonly what: /** opening + lines = closing */
    | "balance"
    /** each line's stated balance = the one before + the line; one check for a statement, of its first row that fails */
    | "running_balance"
    /** a page's or statement's opening = the closing before it */
    | "continuity"
    | "control_total"
    | "record_count"
    | "account_count"
    | "group_count"
    | "entry_count"
    | "entry_sum";
  /** Where the stated figure stands. */
  readonly row: number;
  /** In words, for people: "account ending 6789", "group 2", "file", "statement 12". Never a whole account number. */
  readonly place: string;
  readonly unit: "money" | "count";
  /** Null for counts. */
  readonly currency: CurrencyCode | null;
  /** Minor units, or a count. */
  readonly stated: bigint;
  readonly computed: bigint;
}

export interface StatementProblem {
  /** From 1; 0 for the file as a whole. */
  readonly row: number;
  readonly code: StatementProblemCode;
  /** What stands there, cut to `problemTextCharactersMax`. */
  readonly text: string;
  /** A sentence for people: what is wrong, and what is expected. */
  readonly message: string;
  /** What is lost by it: nothing, this line, or the file, which cannot be taken at all. */
  readonly loss: "none" | "line" | "file";
}

export type StatementProblemCode =
  /** date */
  | "missing_date"
  | "bad_date"
  /** amount */
  | "missing_amount"
  | "bad_amount"
  | "zero_amount"
  | "too_many_digits"
  | "out_of_range"
  | "both_debit_and_credit"
  /** other values */
  | "missing_description"
  | "bad_balance"
  | "unknown_currency"
  | "other_currency"
  | "unknown_code"
  | "bad_field"
  /** structure of one record */
  | "bad_record"
  | "missing_field"
  | "misplaced_record"
  | "unclosed_quote"
  | "stray_quote"
  | "too_long"
  | "too_wide"
  | "too_deep"
  /** the file as a whole */
  | "empty"
  | "no_lines"
  | "not_this_format"
  | "forbidden_markup"
  | "malformed"
  | "truncated"
  | "too_many_lines"
  | "not_for_the_books";

/** A bank's text is far shorter; a longer one is cut. */
export const descriptionCharactersMax = 1_000;
export const nameCharactersMax = 200;
export const referenceCharactersMax = 200;
export const problemTextCharactersMax = 120;
/** Files of more are refused (`too_many_lines`). */
export const linesMax = 1_000_000;
export const fileBytesMax = 100 * 1024 * 1024;

/** A text of the file as problems quote it: one line, without control characters, cut. */
export function quoted(text: string): string {
  const start = text.slice(0, problemTextCharactersMax * 2);
  return start
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, problemTextCharactersMax);
}

/** A bank's text on one line, without control characters, cut to so many characters; null when nothing is left. */
export function plainText(text: string, charactersMax: number): string | null {
  const plain = text
    .slice(0, charactersMax * 4)
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, " ")
    .trim()
    .slice(0, charactersMax)
    // A pair cut in two is no character, and the database refuses it.
    .replace(/[\ud800-\udbff]$|^[\udc00-\udfff]/u, "")
    .trim();
  return plain === "" ? null : plain;
}
