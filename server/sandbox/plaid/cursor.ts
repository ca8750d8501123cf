import { problems } from "./problems.ts";

/** A place in an item's change log: in the middle of a loop, or (all three equal) at the end of one. */
export interface Cursor {
  from: number;
  position: number;
  head: number;
}

/** Opaque to the client; bound to the item and to the account filter it was made with. */
export function writeCursor(itemId: string, accountId: string | undefined, cursor: Cursor): string {
  const { from, position, head } = cursor;
  return Buffer.from(
    JSON.stringify({
      v: 1,
      i: itemId.slice(0, 12),
      a: accountId ?? null,
      c: [from, position, head],
    }),
  ).toString("base64");
}

/** Throws INVALID_FIELD for anything that this item did not hand out. */
export function readCursor(
  itemId: string,
  accountId: string | undefined,
  text: string,
  length: number,
): Cursor {
  const refuse = () => problems.invalid("cursor", "is not associated with access_token");
  let parsed: { v?: unknown; i?: unknown; a?: unknown; c?: unknown };
  try {
    parsed = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    throw refuse();
  }
  if (parsed === null || parsed.v !== 1 || parsed.i !== itemId.slice(0, 12)) throw refuse();
  if (parsed.a !== (accountId ?? null) || !Array.isArray(parsed.c)) throw refuse();
  const [from, position, head] = parsed.c as number[];
  const inOrder =
    from !== undefined &&
    position !== undefined &&
    head !== undefined &&
    [from, position, head].every((n) => Number.isInteger(n) && n >= 0) &&
    from <= position &&
    position <= head &&
    head <= length;
  if (!inOrder) throw refuse();
  return { from, position, head };
}
