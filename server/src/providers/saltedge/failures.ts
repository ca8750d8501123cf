import { wireObject } from "../../core/wire-values.ts";
import { ProviderFailure, type ProviderFailureReason } from "../provider.ts";

/**
 * Salt Edge's error class as the engine's three kinds. Classes that are not listed are temporary: of the three that is
 * the one that can be taken back.
 * Source: Salt Edge API v6, "Errors" and the fail classes of an attempt.
 */
export function reasonOf(errorClass: string, httpStatus: number | null): ProviderFailureReason {
  const code = bare(errorClass);
  return {
    kind: kindOf(code),
    message: messages[code] ?? "The provider could not do it.",
    detail: [errorClass.slice(0, 100), httpStatus && `HTTP ${httpStatus}`]
      .filter(Boolean)
      .join(" "),
  };
}

/**
 * A call that was answered with an error. The answer's own sentence is left behind: it may quote the request.
 * @param answered `body` as parsed, undefined where it is no JSON
 */
export function failureOfAnswer(
  answered: { status: number; headers: Headers; body: unknown },
  now: Date,
): ProviderFailure {
  const { status, headers, body } = answered;
  const { error } = wireObject(body);
  const given = wireObject(error).class;
  const errorClass = typeof given === "string" && given !== "" ? given : "UnknownError";
  const retryAt = status === 429 ? retryAtOf(headers, now) : refreshableAt(body);
  return new ProviderFailure(reasonOf(errorClass, status), retryAt, {
    code: bare(errorClass),
    httpStatus: status,
  });
}

/** No answer, or half of one. */
export function unreachable(detail: string): ProviderFailure {
  const message = "The provider cannot be reached just now.";
  return new ProviderFailure({ kind: "temporary", message, detail });
}

/** The moment in an answer about a connection that cannot be refreshed yet. */
function refreshableAt(body: unknown): Date | null {
  const { error, data, next_refresh_possible_at: top } = wireObject(body);
  const candidates = [top, ...[error, data].map((o) => wireObject(o).next_refresh_possible_at)];
  const found = candidates.find((value) => typeof value === "string");
  const at = typeof found === "string" ? new Date(found) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at;
}

const rateLimitSecondsDefault = 30;
const rateLimitSecondsMax = 3_600;

/** `Retry-After` in seconds or as a date; half a minute where a 429 does not say. */
function retryAtOf(headers: Headers, now: Date): Date {
  const text = headers.get("retry-after") ?? "";
  const seconds = /^\d{1,6}$/.test(text)
    ? Number(text)
    : (Date.parse(text) - now.getTime()) / 1_000 || rateLimitSecondsDefault;
  const bounded = Math.min(Math.max(seconds, 1), rateLimitSecondsMax);
  return new Date(now.getTime() + bounded * 1_000);
}

/** Older versions name the consent's classes with the service in front. */
function bare(errorClass: string): string {
  return errorClass.replace(/^Aisp(?=Consent)/, "").slice(0, 100);
}

function kindOf(code: string): ProviderFailureReason["kind"] {
  if (userActionClasses.has(code)) return "user_action_needed";
  if (finalClasses.has(code)) return "final";
  return "temporary";
}

const userActionClasses = new Set([
  "InvalidCredentials",
  "InvalidInteractiveCredentials",
  "InteractiveTimeout",
  "ProviderAccessNotGranted",
  "ConsentExpired",
  "ConsentRevoked",
  "ConnectionDisabled",
  "CredentialsNotMatch",
]);

/** Over for good. Nothing about keys and signatures is among them: a wrong setting would end every connection. */
const finalClasses = new Set(["ConnectionNotFound", "CustomerNotFound"]);

const messages: Readonly<Record<string, string>> = {
  InvalidCredentials: "The bank no longer accepts the sign-in.",
  InvalidInteractiveCredentials: "The bank did not accept the confirmation code.",
  InteractiveTimeout: "The bank waited for a confirmation that did not come: sign in again.",
  ProviderAccessNotGranted: "The bank was not allowed to share the accounts.",
  ConsentExpired: "The consent at the bank has run out.",
  ConsentRevoked: "The consent was withdrawn.",
  ConnectionDisabled: "The connection was switched off: sign in again.",
  CredentialsNotMatch: "Another sign-in was used than before: sign in with the same one.",
  ConnectionNotFound: "The provider no longer knows this connection.",
  CustomerNotFound: "The provider no longer knows this connection.",
  ProviderError: "The bank is not available just now.",
  ProviderUnavailable: "The bank is not available just now.",
  ProviderInactive: "The bank is not available just now.",
  ConnectionFailed: "The bank does not respond just now.",
  FetchingTimeout: "The bank takes too long just now.",
  ExecutionTimeout: "The bank takes too long just now.",
  RateLimitExceeded: "The provider asks to wait a little.",
  BackgroundFetchLimitExceeded: "The bank allows no further fetch today without you.",
  ConnectionAlreadyProcessing: "The provider is fetching already.",
  ConnectionCannotBeRefreshed: "The provider allows no refresh yet.",
  ApiKeyNotFound: "The provider does not accept this installation's keys.",
  ActionNotAllowed: "The provider does not accept this installation's keys.",
  SignatureNotProvided: "The provider does not accept this installation's signature.",
  RequestExpired: "The provider does not accept this installation's clock.",
  SignatureNotMatch: "The provider does not accept this installation's signature.",
};
