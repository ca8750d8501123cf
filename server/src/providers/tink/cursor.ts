import { addDays, daysBetween, type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { wireId, wireList, wireObject } from "../../core/wire-values.ts";
import type { PageRequest } from "../provider.ts";

/** Tink has no change feed: what is younger than this at the last pull is read again. */
const trailingDays = 14;
/** And once a week everything, for the change of an older row whose webhook was lost. */
const wholeEveryDays = 7;
const tokenCharactersMax = 4_000;

/** Where the pulls of a connection stand. */
export interface Place {
  /** The oldest day that is ever read. */
  readonly since: LocalDate;
  /** The day of the last pull that came to its end. */
  readonly readOn: LocalDate;
  /** The day of the last one that read everything. */
  readonly wholeOn: LocalDate;
  /** The accounts that there were. One that is new has its whole history still to come. */
  readonly accounts: readonly string[];
}

/** A pull under way: what it began from, and where it is. */
export interface Pull {
  readonly before: Place | null;
  readonly since: LocalDate;
  /** The first day that is read. */
  readonly from: LocalDate;
  readonly today: LocalDate;
  /** All accounts at its beginning. */
  readonly accounts: readonly string[];
  /** The one that is asked for; null: all. */
  readonly only: string | null;
  /** Null before the first page. */
  readonly pageToken: string | null;
}

export type Cursor =
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "pull"; readonly pull: Pull };

/** Plans a pull from where the last one left off. @param accounts as they are now */
export function beginPull(
  place: Place | null,
  request: Omit<PageRequest, "cursor">,
  accounts: readonly string[],
): Pull {
  const { today } = request;
  const start = addDays(today, -request.daysOfHistory);
  const only = place === null ? null : request.accountExternalId;
  const since = place === null ? start : place.since;
  const from = place === null ? start : firstDay(place, request, accounts, only);
  return { before: place, since, from, today, accounts, only, pageToken: null };
}

function firstDay(
  place: Place,
  { today, rereadFrom }: Omit<PageRequest, "cursor">,
  accounts: readonly string[],
  only: string | null,
): LocalDate {
  const asked = only === null ? accounts : [only];
  const someAreNew = asked.some((account) => !place.accounts.includes(account));
  if (someAreNew || daysBetween(place.wholeOn, today) >= wholeEveryDays) return place.since;
  const trailing = addDays(place.readOn < today ? place.readOn : today, -trailingDays);
  const first = rereadFrom !== null && rereadFrom < trailing ? rereadFrom : trailing;
  if (first < place.since) return place.since;
  return first;
}

/** Where a pull that came to its end leaves off. One of a single account says nothing of the others. */
export function placeAfter(pull: Pull): Place {
  const { before, since, from, today, accounts } = pull;
  if (pull.only !== null && before !== null) return before;
  const wholeOn = before === null || from <= since ? today : before.wholeOn;
  return { since, readOn: today, wholeOn, accounts };
}

export function writeCursor(cursor: Cursor): string {
  return JSON.stringify({ v: 1, ...cursor });
}

/** Null for one that this version did not write: then everything is read anew, which does no harm. */
export function readCursor(cursor: string | null): Cursor | null {
  const { v, kind, place, pull } = wireObject(parse(cursor));
  if (v !== 1) return null;
  if (kind === "place") {
    const read = readPlace(place);
    return read && { kind, place: read };
  }
  const read = kind === "pull" ? readPull(pull) : null;
  return read && { kind: "pull", pull: read };
}

function readPlace(value: unknown): Place | null {
  const { since, readOn, wholeOn, accounts } = wireObject(value);
  const [a, b, c] = [day(since), day(readOn), day(wholeOn)];
  if (a === null || b === null || c === null) return null;
  return { since: a, readOn: b, wholeOn: c, accounts: ids(accounts) };
}

function readPull(value: unknown): Pull | null {
  const { before, pageToken, ...given } = wireObject(value);
  const [since, from, today] = [day(given.since), day(given.from), day(given.today)];
  const token = typeof pageToken === "string" && pageToken.length <= tokenCharactersMax;
  if (since === null || from === null || today === null || !token) return null;
  return {
    ...{ since, from, today, pageToken },
    before: before === null ? null : readPlace(before),
    accounts: ids(given.accounts),
    only: wireId(given.only),
  };
}

function parse(cursor: string | null): unknown {
  try {
    return cursor === null ? null : JSON.parse(cursor);
  } catch {
    return null;
  }
}

function day(value: unknown): LocalDate | null {
  return typeof value === "string" ? parseLocalDate(value) : null;
}

function ids(value: unknown): string[] {
  return wireList(value)
    .map(wireId)
    .filter((found) => found !== null);
}
