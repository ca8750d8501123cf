/**
 * Where a pull stands. Salt Edge lists an account's rows by ascending id and tells of no change, so a pull reads the
 * rows of a trailing window again: what has been edited since comes anew, and what is gone does not come. Rows are asked
 * for by id, and windows are of days: a place remembers, for each of the last days, the first id that was booked on it.
 */
import { addDays, type LocalDate } from "../../core/dates.ts";

/** The days that every pull reads again. */
export const windowDays = 14;
/** Days whose first ids are remembered; to read further back is to read from the start. */
const markDaysMax = 45;

/** What has been read of one account. */
export interface AccountPlace {
  /** The highest id. */
  readonly last: string;
  /** Rows booked on this day and later all have ids of the marks and above. */
  readonly from: LocalDate;
  /** The lowest id booked on a day. */
  readonly marks: Readonly<Record<string, string>>;
}

/** What is still to do of a pull that has begun. */
export interface OpenPull {
  /** Accounts still to be read, the one under way first. */
  readonly accountIds: readonly string[];
  /** From here on rows are read whole. */
  readonly wholeFrom: LocalDate;
  /** Where the next page starts; null: the account under way begins. */
  readonly nextId: string | null;
  /** A row of the account under way could not be read: that it does not come proves nothing. */
  readonly unreadable: boolean;
}

export interface Cursor {
  readonly places: Readonly<Record<string, AccountPlace>>;
  /** Null between two pulls. */
  readonly pull: OpenPull | null;
}

export const startCursor: Cursor = { places: {}, pull: null };

/** A cursor of another make, or of none, is the start. */
export function readCursor(text: string | null): Cursor {
  if (text === null) return startCursor;
  try {
    const parsed: unknown = JSON.parse(text);
    return isCursor(parsed) ? { places: parsed.places, pull: parsed.pull } : startCursor;
  } catch {
    return startCursor;
  }
}

export function writeCursor({ places, pull }: Cursor): string {
  return JSON.stringify({ v: cursorVersion, places, pull });
}

const cursorVersion = 1;

/** Only the make is looked at: what is stored under it is this module's own. */
function isCursor(value: unknown): value is Cursor & { v: number } {
  return typeof value === "object" && value !== null && "v" in value && value.v === cursorVersion;
}

/** The first day of the window. */
export function windowStart(today: LocalDate, rereadFrom: LocalDate | null): LocalDate {
  const trailing = addDays(today, -windowDays);
  return rereadFrom !== null && rereadFrom < trailing ? rereadFrom : trailing;
}

/** The id to read an account from so that nothing booked since `wholeFrom` is missed; null: from its first row. */
export function startingId(place: AccountPlace | undefined, wholeFrom: LocalDate): string | null {
  if (place === undefined || wholeFrom < place.from) return null;
  return Object.entries(place.marks)
    .filter(([day]) => day >= wholeFrom)
    .map(([, id]) => id)
    .reduce(lower, place.last);
}

/**
 * The account's place once more of its rows have been read.
 * @param rows in the order in which they were listed
 */
export function advancePlace(
  place: AccountPlace | undefined,
  rows: readonly { readonly id: string; readonly bookedOn: LocalDate }[],
  today: LocalDate,
): AccountPlace | undefined {
  const [first] = rows;
  if (first === undefined) return place;
  const oldest = addDays(today, -markDaysMax);
  const from = place === undefined || place.from < oldest ? oldest : place.from;
  const marks = new Map(Object.entries(place?.marks ?? {}).filter(([day]) => day >= from));
  let last = place?.last ?? first.id;
  for (const { id, bookedOn } of rows) {
    if (compareIds(id, last) > 0) last = id;
    if (bookedOn >= from) marks.set(bookedOn, lower(marks.get(bookedOn) ?? id, id));
  }
  return { last, from, marks: Object.fromEntries(marks) };
}

/** Ids are numbers of up to twenty digits, too long for a double. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function lower(a: string, b: string): string {
  return compareIds(a, b) <= 0 ? a : b;
}
