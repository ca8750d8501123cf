import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";

/** A BAI2 file as it is printed. Amounts are whole numbers without a point, in the digits that the bank leaves out. */
export interface Bai2File {
  readonly sender: string;
  readonly receiver: string;
  readonly createdOn: LocalDate;
  /** HHMM */
  readonly createdAt: string;
  /** New for each file of its day. */
  readonly fileId: string;
  readonly groups: readonly Bai2Group[];
}

export interface Bai2Group {
  readonly ultimateReceiver: string | null;
  readonly originator: string;
  /** Update, deletion, correction, test. */
  readonly status: 1 | 2 | 3 | 4;
  readonly asOf: LocalDate;
  /** HHMM, 2400 or 9999 for the end of the day; null where it is not told. */
  readonly asOfTime: string | null;
  /** Null is US dollars. */
  readonly currency: CurrencyCode | null;
  /** 1 and 3: a part of the previous or of this day; 2 and 4: the whole of it. */
  readonly modifier: 1 | 2 | 3 | 4 | null;
  readonly accounts: readonly Bai2Account[];
}

export interface Bai2Account {
  readonly account: string;
  /** Null is the group's. */
  readonly currency: CurrencyCode | null;
  readonly figures: readonly Bai2Figure[];
  readonly details: readonly Bai2Detail[];
}

/** A balance (types 001 to 099, with its sign) or a sum over the day. */
export interface Bai2Figure {
  readonly type: string;
  readonly amount: bigint;
  readonly itemCount: number | null;
  readonly funds: Bai2Funds;
}

export interface Bai2Detail {
  readonly type: string;
  /** Never negative: the type tells the direction. */
  readonly amount: bigint;
  readonly funds: Bai2Funds;
  readonly bankReference: string;
  readonly customerReference: string;
  /** On one line; may hold commas and slashes. */
  readonly text: string;
}

/** When money is available. */
export type Bai2Funds =
  | { readonly type: "" | "0" | "1" | "2" | "Z" }
  /** at once, after one day, after two or more */
  | { readonly type: "S"; readonly amounts: readonly [bigint, bigint, bigint] }
  /** on a day as YYMMDD, at a time as HHMM or "" */
  | { readonly type: "V"; readonly day: string; readonly time: string }
  | {
      readonly type: "D";
      readonly parts: readonly { readonly days: number; readonly amount: bigint }[];
    };

/** How a file is printed: what banks do differently. */
export interface Bai2Style {
  /** "" for a file without line breaks. */
  readonly lineBreak: "\n" | "\r\n" | "\r" | "";
  /** Characters of a physical record, stated in the header; null leaves them open. */
  readonly recordLength: number | null;
  /** Whether records are filled up with blanks to that length. */
  readonly padded: boolean;
  /** Where no length is stated: records are broken between words before they grow longer; null never breaks them. */
  readonly wrapAt: number | null;
  /** Whether a slash also ends the text of a transaction, as many banks have it. */
  readonly slashAfterText: boolean;
}
