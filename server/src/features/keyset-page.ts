import { InvalidInput } from "./errors.ts";
import { pageSizeMax } from "./paging.ts";

/** A page of a list whose order is its own: read forwards, from the start or behind a cursor. */
export interface KeysetRequest {
  readonly count: number;
  /** The parts of the row's key that the page begins behind; null for the first page. */
  readonly after: readonly string[] | null;
}

export interface ForwardArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const pageSizeDefault = 50;
const cursorCharactersMax = 2_000;

/**
 * What a caller asks of such a list.
 * @param isKey whether parts are a key that the list could have given
 * @throws InvalidInput for a count out of bounds or a cursor that no list gave
 */
export function keysetRequest(
  args: ForwardArguments,
  isKey: (parts: readonly string[]) => boolean,
): KeysetRequest {
  const count = args.first ?? pageSizeDefault;
  if (!Number.isInteger(count) || count < 1 || count > pageSizeMax) {
    throw new InvalidInput(`A page holds 1 to ${pageSizeMax} rows.`, "first");
  }
  if (args.after == null) return { count, after: null };
  const after = partsOf(args.after);
  if (after === null || !isKey(after)) {
    throw new InvalidInput("This is no cursor that the list gave.", "after");
  }
  return { count, after };
}

/** The page of up to `count + 1` rows that were read. */
export function keysetPage<Row>(request: KeysetRequest, found: readonly Row[]) {
  return {
    rows: found.slice(0, request.count),
    hasNextPage: found.length > request.count,
    hasPreviousPage: request.after !== null,
  };
}

export function keysetCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function partsOf(cursor: string): string[] | null {
  if (cursor.length > cursorCharactersMax) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(parts) && parts.every((part) => typeof part === "string") ? parts : null;
  } catch {
    return null;
  }
}
