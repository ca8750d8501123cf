/** What Codat answers instead of what was asked, as the contract's kinds. */
import { wireList, wireObject, wireText } from "../../core/wire-values.ts";
import { PlatformFailure } from "../platform.ts";

/** An answer that came, and says no. */
export interface RefusedAnswer {
  readonly status: number;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
}

/**
 * An answer's failure. A wrong key of the installation's is temporary: it must not end every connection. What Codat
 * says of the request itself is told to people, because only they can mend it; the log gets codes alone.
 * @param changes whether the request would have changed something there
 */
export function failureOf(answer: RefusedAnswer, now: Date, changes: boolean): PlatformFailure {
  const { status, body } = answer;
  const asksToWait = status === 429 || status === 503;
  return new PlatformFailure(
    { kind: kindOf(answer), message: messageOf(answer), detail: detailOf(status, body) },
    {
      retryAt: asksToWait ? retryAtOf(answer, now) : null,
      outcomeUnknown: changes && leavesOutcomeOpen(status),
    },
  );
}

/** No answer, or one that cannot be read. `detail` is a word of the client's own, never an address or a header. */
export function unanswered(detail: string, outcomeUnknown: boolean): PlatformFailure {
  const message = "Codat cannot be reached just now.";
  return new PlatformFailure({ kind: "temporary", message, detail }, { outcomeUnknown });
}

/** An answer without what it must have. */
export function unreadable(detail: string, outcomeUnknown = false): PlatformFailure {
  const message = "Codat's answer cannot be read just now.";
  return new PlatformFailure({ kind: "temporary", message, detail }, { outcomeUnknown });
}

export function accessMissing(detail: string): PlatformFailure {
  const message = "Access to the books must be granted again.";
  return new PlatformFailure({ kind: "user_action_needed", message, detail });
}

export function gone(detail: string): PlatformFailure {
  const message = "Codat no longer knows this connection: connect the books again.";
  return new PlatformFailure({ kind: "final", message, detail });
}

export function rejected(message: string, detail: string): PlatformFailure {
  return new PlatformFailure({ kind: "rejected", message, detail });
}

/** What is read here is fetched from the package first. */
export function stillFetching(detail: string): PlatformFailure {
  const message = "Codat is still fetching from the books: ask again in a moment.";
  return new PlatformFailure({ kind: "temporary", message, detail });
}

/**
 * 409: another request with the same key is still being worked on, or data is not fetched yet. 408 and all of 5xx:
 * nobody can tell how far it came.
 */
function leavesOutcomeOpen(status: number): boolean {
  return status >= 500 || status === 408 || status === 409;
}

function kindOf({ status, body }: RefusedAnswer): PlatformFailure["kind"] {
  const { canBeRetried } = wireObject(body);
  if (typeof canBeRetried === "string" && /^true$/i.test(canBeRetried)) return "temporary";
  if (status >= 500 || [401, 408, 409, 425, 429].includes(status)) return "temporary";
  return "rejected";
}

const messages: Readonly<Record<number, string>> = {
  401: "Codat does not accept this installation's key.",
  402: "Codat's plan has no room for another company.",
  403: "Codat does not allow that for this company.",
  404: "Codat does not know what was asked for.",
  408: "Codat took too long.",
  409: "Codat has not fetched the books yet.",
  429: "Codat asks to wait a little.",
};

function messageOf({ status, body }: RefusedAnswer): string {
  const known = messages[status];
  if (known !== undefined) return known;
  if (status >= 500) return "Codat has trouble just now.";
  const said = validationOf(body) ?? "The request could not be read.";
  return `Codat refused it: ${said}`;
}

/** The first thing that is wrong, with the field that it is about. */
function validationOf(body: unknown): string | null {
  const { validation, error } = wireObject(body);
  const [first] = wireList(wireObject(validation).errors);
  const { itemId, message } = wireObject(first);
  const said = wireText(message);
  if (said === null) return wireText(error);
  const field = typeof itemId === "string" && /^[\w.[\]]{1,60}$/.test(itemId) ? itemId : null;
  return field === null ? said : `${field} ${said}`;
}

/** For the log: nothing that was sent can stand in it. */
function detailOf(status: number, body: unknown): string {
  const { correlationId, detailedErrorCode, service } = wireObject(body);
  const isWord = (value: unknown) => typeof value === "string" && /^[\w.-]{1,80}$/.test(value);
  const parts = [
    `HTTP ${status}`,
    isWord(service) && `${service}`,
    typeof detailedErrorCode === "number" && detailedErrorCode !== 0 && `code ${detailedErrorCode}`,
    isWord(correlationId) && `correlation ${correlationId}`,
  ];
  return parts.filter(Boolean).join(" ");
}

const waitSecondsDefault = 30;
/** The day's quota comes back at midnight UTC. */
const waitSecondsMax = 24 * 3_600;

/**
 * `Retry-After` in seconds or as a date; where a limit is reached, else the moment of `X-Rate-Limit-Reset`, which stands
 * in every answer and is the next midnight; half a minute where neither is.
 */
function retryAtOf({ status, headers }: RefusedAnswer, now: Date): Date {
  const reset = status === 429 ? secondsOf(headers["x-rate-limit-reset"], now) : null;
  const seconds = secondsOf(headers["retry-after"], now) ?? reset ?? waitSecondsDefault;
  return new Date(now.getTime() + Math.min(Math.max(seconds, 1), waitSecondsMax) * 1_000);
}

function secondsOf(value: unknown, now: Date): number | null {
  const text = typeof value === "string" ? value.trim() : "";
  if (/^\d{1,6}$/.test(text)) return Number(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : (time - now.getTime()) / 1_000;
}
