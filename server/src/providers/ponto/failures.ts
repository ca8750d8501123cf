/** What Ponto and its authorisation server answer instead of what was asked, as the engine's three kinds. */

import { wireList, wireObject } from "../../core/wire-values.ts";
import { ProviderFailure, type ProviderFailureReason } from "../provider.ts";

/** An answer that came, and says no. */
export interface RefusedAnswer {
  readonly status: number;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
}

/**
 * An answer's failure. Codes that are not listed are temporary: of the three kinds that is the one that can be taken
 * back. The provider's own sentences are left out of it: they may repeat what was sent.
 */
export function failureOf(answer: RefusedAnswer, now: Date): ProviderFailure {
  const code = codeOf(answer.body);
  const asksToWait = answer.status === 429 || answer.status === 503;
  const request = answer.headers["ibanity-request-id"];
  const detail = [
    `HTTP ${answer.status}`,
    code,
    typeof request === "string" && `request ${request.slice(0, 80)}`,
  ];
  return new ProviderFailure(
    {
      kind: code !== null && userActionCodes.has(code) ? "user_action_needed" : "temporary",
      message: messageOf(code, answer.status),
      detail: detail.filter(Boolean).join(" "),
    },
    asksToWait ? retryAtOf(answer.headers, now) : null,
    { code, httpStatus: answer.status },
  );
}

/** No answer, or one that cannot be read. `detail` is a word of the client's own, never an address or a header. */
export function unanswered(detail: string): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "The provider cannot be reached just now.",
    detail,
  });
}

/** Why the last synchronisation of an account failed. */
export function synchronizationFailure(errors: unknown): ProviderFailureReason {
  const codes = wireList(errors).flatMap((error) => codeIn(wireObject(error).code));
  const code = codes.find((known) => userActionCodes.has(known)) ?? codes[0] ?? null;
  return {
    kind: code !== null && userActionCodes.has(code) ? "user_action_needed" : "temporary",
    message: messages.get(code ?? "") ?? "The bank could not be read from just now.",
    detail: `synchronization ${code ?? "failed"}`,
  };
}

/** The first code of a JSON:API answer, or the one of an OAuth answer. */
function codeOf(body: unknown): string | null {
  const { errors, error } = wireObject(body);
  const [code] = wireList(errors).flatMap((each) => codeIn(wireObject(each).code));
  return code ?? codeIn(error)[0] ?? null;
}

/** A code is a word: anything else could be text that somebody sent. */
function codeIn(value: unknown): string[] {
  return typeof value === "string" && /^[\w.-]{1,80}$/.test(value) ? [value] : [];
}

export const pontoCodes = {
  tooSoon: "accountRecentlySynchronized",
  grantInvalid: "invalid_grant",
} as const;

const userActionCodes: ReadonlySet<string> = new Set([
  pontoCodes.grantInvalid,
  "authorizationInvalid",
  "authorizationExpired",
  "authorizationRevoked",
]);

const messages: ReadonlyMap<string, string> = new Map([
  [pontoCodes.grantInvalid, "The provider no longer accepts the consent: give it again."],
  ["authorizationInvalid", "The bank asks you to sign in again."],
  ["authorizationExpired", "The consent at the bank has run out."],
  ["authorizationRevoked", "The consent was withdrawn at the bank."],
  ["invalid_client", "The provider does not accept this installation's keys."],
  ["unauthorized_client", "The provider does not accept this installation's keys."],
  [pontoCodes.tooSoon, "The provider fetched from the bank a moment ago."],
]);

function messageOf(code: string | null, status: number): string {
  const known = messages.get(code ?? "");
  if (known !== undefined) return known;
  if (status === 429) return "The provider asks to wait a little.";
  if (status >= 500) return "The provider has trouble just now.";
  return "The provider could not do it.";
}

const waitSecondsDefault = 30;
const waitSecondsMax = 3_600;

/** `Retry-After` in seconds or as a date; half a minute where the answer does not say. */
export function retryAtOf(headers: RefusedAnswer["headers"], now: Date): Date {
  const text = String(headers["retry-after"] ?? "");
  const seconds = /^\d{1,6}$/.test(text)
    ? Number(text)
    : (Date.parse(text) - now.getTime()) / 1_000 || waitSecondsDefault;
  const bounded = Math.min(Math.max(seconds, 1), waitSecondsMax);
  return new Date(now.getTime() + bounded * 1_000);
}
