import { json, type Reply } from "../http/exchange.ts";

/** An answer that says no, in Tink's words. */
export class TinkProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function problemReply({ status, code, message }: TinkProblem): Reply {
  return json(status, { errorMessage: message, errorCode: code });
}

export const problems = {
  client: () => new TinkProblem(401, "oauth.invalid_client", "Client authentication failed"),
  grant: (why: string) => new TinkProblem(400, "oauth.invalid_grant", why),
  token: () => new TinkProblem(401, "oauth.invalid_token", "The access token is not valid"),
  scope: (scope: string) =>
    new TinkProblem(403, "oauth.insufficient_scope", `The scope ${scope} is missing`),
  invalid: (what: string) => new TinkProblem(400, "request.validation_failed", what),
  pageToken: () =>
    new TinkProblem(400, "request.invalid_page_token", "The page token is invalid or has expired"),
  notFound: (what: string) => new TinkProblem(404, "resource.not_found", `${what} not found`),
  userExists: () =>
    new TinkProblem(409, "user.already_exists", "A user with this external user id exists"),
  rateLimit: () => new TinkProblem(429, "request.rate_limit_exceeded", "Too many requests"),
  internal: () => new TinkProblem(500, "internal_error", "Internal server error"),
};

/** What `failNext` can answer a data call with. */
export const plannedProblems: Readonly<Record<string, () => TinkProblem>> = {
  "request.rate_limit_exceeded": problems.rateLimit,
  "request.invalid_page_token": problems.pageToken,
  internal_error: problems.internal,
  service_unavailable: () =>
    new TinkProblem(503, "service_unavailable", "The service is temporarily unavailable"),
  "oauth.invalid_token": problems.token,
  "oauth.insufficient_scope": () => problems.scope("transactions:read"),
};

/** States of credentials that the next look at the consents can be told, with their `detailedError`. */
export const plannedStates: Readonly<Record<string, object | undefined>> = {
  AUTHENTICATION_ERROR: detailed("USER_LOGIN_ERROR", "STATIC_CREDENTIALS_INCORRECT", false),
  SESSION_EXPIRED: detailed("AUTHORIZATION_ERROR", "SESSION_EXPIRED", false),
  PERMANENT_ERROR: detailed("ACCOUNT_INFORMATION_ERROR", "NO_ACCOUNTS", false),
  TEMPORARY_ERROR: detailed("BANK_SIDE_FAILURE", "BANK_UNAVAILABLE", true),
  AWAITING_SUPPLEMENTAL_INFORMATION: undefined,
  AWAITING_MOBILE_BANKID_AUTHENTICATION: undefined,
  AWAITING_THIRD_PARTY_APP_AUTHENTICATION: undefined,
  DELETED: undefined,
  /** One that nobody has heard of yet. */
  HIBERNATING: undefined,
};

function detailed(type: string, reason: string, retryable: boolean): object {
  return { type, displayMessage: "", details: { reason, retryable } };
}
