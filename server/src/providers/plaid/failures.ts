import { ProviderFailure, type ProviderFailureReason } from "../provider.ts";

/**
 * Plaid's error as the engine's three kinds. Codes that are not listed are temporary: of the three that is the one
 * that can be taken back.
 * @param error the object in an answer's body, in `item.error` or in a webhook
 */
export function reasonOf(error: PlaidErrorBody, httpStatus: number | null): ProviderFailureReason {
  const code = error.error_code ?? "UNKNOWN";
  return {
    kind: kindOf(code),
    message: messageOf(code, error),
    detail: [
      error.error_type,
      code,
      error.error_code_reason,
      httpStatus && `HTTP ${httpStatus}`,
      error.request_id && `request ${error.request_id}`,
    ]
      .filter(Boolean)
      .join(" "),
  };
}

/** What Plaid sends; every field may be missing from what a stranger sends. */
export interface PlaidErrorBody {
  readonly error_type?: string;
  readonly error_code?: string;
  readonly error_code_reason?: string | null;
  readonly request_id?: string;
}

/**
 * A failure of the SDK without what the SDK puts into it: its errors carry the request's headers, secret included,
 * so that neither they nor their messages may be kept.
 */
export function failureOf(error: unknown, now: Date): ProviderFailure {
  const response = (error as { response?: SdkResponse } | null)?.response;
  if (response === undefined) {
    const code = (error as { code?: unknown } | null)?.code;
    const detail = typeof code === "string" ? code : "no answer";
    return new ProviderFailure({ kind: "temporary", message: unreachableMessage, detail });
  }
  const body = asErrorBody(response.data);
  const retryAt = response.status === 429 ? retryAtOf(response.headers, now) : null;
  return new ProviderFailure(reasonOf(body, response.status), retryAt, {
    code: body.error_code ?? null,
    httpStatus: response.status,
  });
}

/** An answer that was cut short, or that something on the way has put in its place. */
export function unreadableAnswer(): ProviderFailure {
  const message = "The provider's answer cannot be read.";
  return new ProviderFailure({ kind: "temporary", message, detail: "an answer that is no JSON" });
}

interface SdkResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
}

export function asErrorBody(data: unknown): PlaidErrorBody {
  if (typeof data !== "object" || data === null) return {};
  const entries = Object.entries(data).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).slice(0, 100)]));
}

const unreachableMessage = "The provider cannot be reached just now.";
const rateLimitSecondsDefault = 30;
const rateLimitSecondsMax = 3_600;

/** `Retry-After` in seconds or as a date; half a minute where a 429 does not say. */
function retryAtOf(headers: SdkResponse["headers"], now: Date): Date {
  const text = String(headers?.["retry-after"] ?? "");
  const seconds = /^\d{1,6}$/.test(text)
    ? Number(text)
    : (Date.parse(text) - now.getTime()) / 1_000 || rateLimitSecondsDefault;
  const bounded = Math.min(Math.max(seconds, 1), rateLimitSecondsMax);
  return new Date(now.getTime() + bounded * 1_000);
}

function kindOf(code: string): ProviderFailureReason["kind"] {
  if (userActionCodes.has(code)) return "user_action_needed";
  if (finalCodes.has(code)) return "final";
  return "temporary";
}

const userActionCodes = new Set([
  "ITEM_LOGIN_REQUIRED",
  "INVALID_CREDENTIALS",
  "INVALID_MFA",
  "ITEM_LOCKED",
  "USER_SETUP_REQUIRED",
  "INSUFFICIENT_CREDENTIALS",
  "ACCESS_NOT_GRANTED",
  "NO_ACCOUNTS",
  "USER_PERMISSION_REVOKED",
]);

/** Over for good. INVALID_ACCESS_TOKEN is not among them: a setting that points elsewhere would end every connection. */
const finalCodes = new Set([
  "INSTITUTION_NO_LONGER_SUPPORTED",
  "ITEM_NOT_FOUND",
  "INVALID_PUBLIC_TOKEN",
  "INVALID_LINK_TOKEN",
]);

function messageOf(code: string, error: PlaidErrorBody): string {
  if (error.error_code_reason === "OAUTH_CONSENT_EXPIRED")
    return "The consent at the bank has run out.";
  if (error.error_code_reason === "OAUTH_USER_REVOKED")
    return "The consent was withdrawn at the bank.";
  return messages[code] ?? typeMessages[error.error_type ?? ""] ?? "The provider could not do it.";
}

const messages: Readonly<Record<string, string>> = {
  ITEM_LOGIN_REQUIRED: "The bank asks you to sign in again.",
  INVALID_CREDENTIALS: "The bank no longer accepts the sign-in.",
  INVALID_MFA: "The bank asks for a new confirmation code.",
  ITEM_LOCKED: "The bank has locked the sign-in: unlock it at the bank, then sign in again.",
  USER_SETUP_REQUIRED: "The bank wants something confirmed on its own site first.",
  INSUFFICIENT_CREDENTIALS: "The bank needs a complete sign-in.",
  ACCESS_NOT_GRANTED: "The bank was not allowed to share the accounts.",
  NO_ACCOUNTS: "The bank shares no account.",
  USER_PERMISSION_REVOKED: "The consent was withdrawn.",
  INSTITUTION_NO_LONGER_SUPPORTED: "The provider no longer supports this bank.",
  ITEM_NOT_FOUND: "The provider no longer knows this connection.",
  INVALID_PUBLIC_TOKEN: "The sign-in at the bank can no longer be used: start again.",
  INVALID_LINK_TOKEN: "The sign-in at the bank has lapsed: start again.",
  INVALID_ACCESS_TOKEN: "The provider does not recognise this connection.",
  INVALID_API_KEYS: "The provider does not accept this installation's keys.",
  INSTITUTION_DOWN: "The bank is not available just now.",
  INSTITUTION_NOT_RESPONDING: "The bank does not respond just now.",
  INSTITUTION_NOT_AVAILABLE: "The bank is not available just now.",
};

const typeMessages: Readonly<Record<string, string>> = {
  RATE_LIMIT_EXCEEDED: "The provider asks to wait a little.",
  INSTITUTION_ERROR: "The bank is not available just now.",
  API_ERROR: "The provider has trouble just now.",
};
