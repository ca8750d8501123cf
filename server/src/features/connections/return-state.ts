import { createHash, timingSafeEqual } from "node:crypto";
import { Conflict, InvalidInput } from "../errors.ts";

/** Longer than any provider's codes, and what servers commonly take of an address. */
const returnedCharactersMax = 8_192;

/**
 * The query that a browser came back with from the bank's page.
 * @param returned without or with its "?"; null when nobody came back
 * @throws InvalidInput when it is too long
 */
export function parseReturned(returned: string | null): URLSearchParams | null {
  if (returned === null) return null;
  if (returned.length > returnedCharactersMax) {
    throw new InvalidInput(`At most ${returnedCharactersMax} characters come back.`, "returned");
  }
  return new URLSearchParams(returned);
}

/**
 * Refuses what somebody else's sign-in came back with: taken up, it would put their bank into this organisation.
 * Compared in constant time, as digests, so that the answer's time tells nothing of the state either.
 * @throws Conflict
 */
export function checkState(returned: URLSearchParams | null, linkState: string | null): void {
  if (returned === null) return;
  const states = returned.getAll("state");
  const [state = ""] = states;
  if (linkState === null || states.length !== 1 || !isSame(state, linkState)) {
    throw new Conflict("This answer belongs to another sign-in: start again from this connection.");
  }
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
