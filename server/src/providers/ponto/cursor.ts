/**
 * The place in a pull, and what one pull leaves for the next. Opaque to the engine, and its own inverse: only what
 * `writeCursor` wrote is ever read.
 */
import type { LocalDate } from "../../core/dates.ts";

export interface Cursor {
  /** What the accounts were read up to. */
  readonly accounts: Readonly<Record<string, AccountPlace>>;
  /** The day on which all booked lists were last read to their ends. */
  readonly readWholeOn: LocalDate | null;
  /** Null between two pulls. */
  readonly pull: Pull | null;
}

export interface AccountPlace {
  /** The row that stood first in the list. */
  readonly newestId: string | null;
  /** The synchronisation whose corrections have been read. */
  readonly synchronizationId: string | null;
}

/** A pull on its way: account by account, each in three steps. */
export interface Pull {
  /** A long booked list is read back to this day. */
  readonly from: LocalDate;
  /** Nothing older is wanted. */
  readonly historyFrom: LocalDate;
  readonly readsAll: boolean;
  /** False while one of the accounts has never been synchronised. */
  readonly settled: boolean;
  /** The account at work first. */
  readonly accounts: readonly PulledAccount[];
  readonly step: Step;
}

export interface PulledAccount {
  readonly id: string;
  /** Nothing of it is known yet: it is read to its end. */
  readonly isNew: boolean;
  /** The finished synchronisation whose corrections are still to be read; null: none. */
  readonly synchronizationId: string | null;
}

export interface Step {
  readonly list: "booked" | "corrected" | "pending";
  /** Path of the next page; null: the list's first. */
  readonly next: string | null;
  readonly pages: number;
  /** What stood first in the booked list. */
  readonly newestId: string | null;
  /** The row of the last pull was passed: everything in front of it is read. */
  readonly caughtUp: boolean;
  /** How many pages in a row had nothing but rows that are too old. */
  readonly stalePages: number;
  /** A row of the list could not be read: that it does not come proves nothing. */
  readonly unreadable: boolean;
  /** When the account's data had last changed, as the booked list's first page said. */
  readonly asOf: string | null;
}

export const firstStep: Step = {
  list: "booked",
  next: null,
  pages: 0,
  newestId: null,
  caughtUp: false,
  stalePages: 0,
  unreadable: false,
  asOf: null,
};

export const startCursor: Cursor = { accounts: {}, readWholeOn: null, pull: null };

export function readCursor(text: string | null): Cursor {
  return text === null ? startCursor : (JSON.parse(text) as Cursor);
}

export function writeCursor(cursor: Cursor): string {
  return JSON.stringify(cursor);
}
