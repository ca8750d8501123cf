import { wireObject } from "../../core/wire-values.ts";
import { ProviderFailure, type ProviderFailureReason } from "../provider.ts";

/**
 * An answer that says no. The API's own errors are all temporary: what ends a connection or needs a person stands in
 * the state of its credentials, and a wrong setting of ours must not end every connection.
 */
export function failureOf(answer: RefusedAnswer, now: Date): ProviderFailure {
  const { status } = answer;
  const code = codeOf(answer.body);
  return new ProviderFailure(
    {
      kind: "temporary",
      message: messages[status] ?? "The provider has trouble just now.",
      detail: [`HTTP ${status}`, code].filter(Boolean).join(" "),
    },
    status === 429 ? retryAtOf(answer.headers, now) : null,
    { code, httpStatus: status },
  );
}

export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** No answer, or one that broke off. Of the error only its code is kept: its text may hold the address. */
export function unreachable(error: unknown): ProviderFailure {
  const { code, name, cause } = wireObject(error);
  const causeCode = wireObject(cause).code;
  const found = [causeCode, code, name, (error as Error | null)?.name].find(
    (value) => typeof value === "string" && /^[\w.-]{1,60}$/.test(value),
  );
  return new ProviderFailure({
    kind: "temporary",
    message: "The provider cannot be reached just now.",
    detail: typeof found === "string" ? found : "no answer",
  });
}

export function unreadable(detail: string): ProviderFailure {
  const message = "The provider's answer cannot be read just now.";
  return new ProviderFailure({ kind: "temporary", message, detail });
}

/** The provider no longer knows what the connection stands on: only a new one helps. */
export function gone(detail: string): ProviderFailure {
  const message = "The provider no longer knows this connection.";
  return new ProviderFailure({ kind: "final", message, detail });
}

/**
 * What keeps Tink from fetching, by the state of the credentials; null: nothing does.
 * A state that nobody knows yet is temporary: of the three kinds that is the one that can be taken back.
 * @param detailed `detailedError` as it came
 */
export function reasonOfStatus(status: string, detailed: unknown): ProviderFailureReason | null {
  if (working.has(status)) return null;
  const { type, details } = wireObject(detailed);
  const { reason } = wireObject(details);
  const detail = [status, type, reason].filter(isWord).join(" ") || "no status";
  if (status.startsWith("AWAITING_")) {
    return { kind: "user_action_needed", message: awaitingMessage, detail };
  }
  const known = statuses[status];
  if (known === undefined) return { kind: "temporary", message: troubleMessage, detail };
  return { ...known, detail };
}

/** False for a state that came up after this was written. */
export function isKnownStatus(status: string): boolean {
  return working.has(status) || status in statuses || status.startsWith("AWAITING_");
}

/** Under way, or done. */
const working: ReadonlySet<string> = new Set(["CREATED", "AUTHENTICATING", "UPDATING", "UPDATED"]);
const awaitingMessage = "The bank waits for a confirmation: sign in again.";
const troubleMessage = "The bank is not available just now.";

const statuses: Readonly<Record<string, Omit<ProviderFailureReason, "detail">>> = {
  AUTHENTICATION_ERROR: {
    kind: "user_action_needed",
    message: "The bank no longer accepts the sign-in.",
  },
  SESSION_EXPIRED: {
    kind: "user_action_needed",
    message: "The consent at the bank has run out.",
  },
  PERMANENT_ERROR: {
    kind: "user_action_needed",
    message: "The bank refuses the connection until you sign in again.",
  },
  TEMPORARY_ERROR: { kind: "temporary", message: troubleMessage },
  DELETED: { kind: "final", message: "The consent was withdrawn: connect the bank again." },
};

const messages: Readonly<Record<number, string>> = {
  401: "The provider does not accept this installation's keys.",
  403: "The provider does not allow that to this installation.",
  404: "The provider does not know what was asked for.",
  429: "The provider asks to wait a little.",
};

const rateLimitSecondsDefault = 30;
const rateLimitSecondsMax = 3_600;

/** `Retry-After` in seconds or as a date; half a minute where a 429 does not say. */
function retryAtOf(headers: Headers, now: Date): Date {
  const given = headers.get("retry-after") ?? "";
  const seconds = /^\d{1,6}$/.test(given)
    ? Number(given)
    : (Date.parse(given) - now.getTime()) / 1_000 || rateLimitSecondsDefault;
  const bounded = Math.min(Math.max(seconds, 1), rateLimitSecondsMax);
  return new Date(now.getTime() + bounded * 1_000);
}

/** The code alone: messages of a provider may repeat what they were sent. */
function codeOf(body: string): string | null {
  try {
    const { errorCode } = wireObject(JSON.parse(body));
    return isWord(errorCode) ? errorCode : null;
  } catch {
    return null;
  }
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:-]{1,100}$/.test(value);
}
