import { validate as isUuid } from "uuid";
import { isLocalDate, type LocalDate } from "../core/dates.ts";
import { InvalidInput } from "./errors.ts";

/** A place in a list that is sorted by day and then by id, the newest first. */
export interface Position {
  readonly day: LocalDate;
  readonly id: string;
}

/** What a caller asks of a list, after Relay's cursor connections. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface PageRequest {
  readonly count: number;
  /** `forward` reads on from `after`; `backward` reads up to `before`. */
  readonly direction: "forward" | "backward";
  readonly after: Position | null;
  readonly before: Position | null;
}

export interface Page<Row> {
  /** The newest first, whichever way the page was asked for. */
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** The most rows that one page holds. */
export const pageSizeMax = 200;
const pageSizeDefault = 50;

/** @throws InvalidInput for a count out of bounds or a cursor that no list gave */
export function pageRequest(args: PageArguments): PageRequest {
  const { first, last } = args;
  if (first != null && last != null) {
    throw new InvalidInput("Ask for the first or for the last rows, not for both.", "last");
  }
  const count = first ?? last ?? pageSizeDefault;
  if (!Number.isInteger(count) || count < 1 || count > pageSizeMax) {
    throw new InvalidInput(
      `A page holds 1 to ${pageSizeMax} rows.`,
      last == null ? "first" : "last",
    );
  }
  return {
    count,
    direction: last == null ? "forward" : "backward",
    after: args.after == null ? null : readCursor(args.after, "after"),
    before: args.before == null ? null : readCursor(args.before, "before"),
  };
}

/** Makes the page from up to `count + 1` rows that were read in the request's direction. */
export function pageOf<Row>(request: PageRequest, found: readonly Row[]): Page<Row> {
  const more = found.length > request.count;
  const rows = more ? found.slice(0, request.count) : found;
  return request.direction === "forward"
    ? { rows, hasNextPage: more, hasPreviousPage: request.after !== null }
    : { rows: rows.toReversed(), hasNextPage: request.before !== null, hasPreviousPage: more };
}

export function writeCursor(position: Position): string {
  return Buffer.from(`${position.day}${position.id}`).toString("base64url");
}

function readCursor(cursor: string, field: string): Position {
  const text = cursor.length > 80 ? "" : Buffer.from(cursor, "base64url").toString();
  const [day, id] = [text.slice(0, 10), text.slice(10)];
  if (!isLocalDate(day) || !isUuid(id)) {
    throw new InvalidInput("This is no cursor that the list gave.", field);
  }
  return { day, id };
}
