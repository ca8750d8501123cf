import type { PlaidError, PlaidErrorType } from "plaid";
import { unreachable } from "../unreachable.ts";
import type { Wire } from "./wire.ts";

/** An answer that says no, in the aggregator's words. */
export class PlaidProblem extends Error {
  readonly status: number;
  readonly type: Wire<PlaidErrorType>;
  readonly code: string;
  readonly displayMessage: string | null;
  readonly reason: string | null;

  constructor(
    status: number,
    type: Wire<PlaidErrorType>,
    code: string,
    message: string,
    displayMessage: string | null = null,
    reason: string | null = null,
  ) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.type = type;
    this.code = code;
    this.displayMessage = displayMessage;
  }
}

/** The error as it stands in answers, in `item.error` and in webhooks. */
export function problemBody(problem: PlaidProblem, requestId: string): Wire<PlaidError> {
  return {
    error_type: problem.type,
    error_code: problem.code,
    error_code_reason: problem.reason,
    error_message: problem.message,
    display_message: problem.displayMessage,
    documentation_url: "https://plaid.com/docs/errors/",
    request_id: requestId,
    causes: [],
    status: problem.status,
    suggested_action: null,
  };
}

export const problems = {
  apiKeys: () =>
    new PlaidProblem(
      400,
      "INVALID_INPUT",
      "INVALID_API_KEYS",
      "invalid client_id or secret provided",
    ),
  accessToken: () =>
    new PlaidProblem(
      400,
      "INVALID_INPUT",
      "INVALID_ACCESS_TOKEN",
      "could not find matching access token",
    ),
  publicToken: (why: string) => new PlaidProblem(400, "INVALID_INPUT", "INVALID_PUBLIC_TOKEN", why),
  linkToken: (why: string) => new PlaidProblem(400, "INVALID_INPUT", "INVALID_LINK_TOKEN", why),
  institution: () =>
    new PlaidProblem(
      400,
      "INVALID_INPUT",
      "INVALID_INSTITUTION",
      "invalid institution_id provided",
    ),
  accountId: () =>
    new PlaidProblem(
      400,
      "INVALID_INPUT",
      "INVALID_ACCOUNT_ID",
      "failed to find requested account ID for requested item",
    ),
  missing: (field: string) =>
    new PlaidProblem(
      400,
      "INVALID_REQUEST",
      "MISSING_FIELDS",
      `the following required fields are missing: ${field}`,
    ),
  invalid: (field: string, why: string) =>
    new PlaidProblem(400, "INVALID_REQUEST", "INVALID_FIELD", `${field} ${why}`),
  body: () =>
    new PlaidProblem(400, "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed as JSON"),
  notFound: () =>
    new PlaidProblem(404, "INVALID_REQUEST", "NOT_FOUND", "the requested resource was not found"),
  itemNotFound: () =>
    new PlaidProblem(
      400,
      "ITEM_ERROR",
      "ITEM_NOT_FOUND",
      "The Item you requested cannot be found. This Item does not exist, has been previously removed via /item/remove, or has had access removed by the user.",
    ),
  loginRequired: () =>
    new PlaidProblem(
      400,
      "ITEM_ERROR",
      "ITEM_LOGIN_REQUIRED",
      "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
      "Username or password is incorrect. If you've recently reset your password, there may be a delay before the new one takes effect.",
    ),
  consentExpired: () =>
    new PlaidProblem(
      400,
      "ITEM_ERROR",
      "ITEM_LOGIN_REQUIRED",
      "the user's consent at the institution has expired. use Link's update mode to renew it",
      null,
      "OAUTH_CONSENT_EXPIRED",
    ),
  permissionRevoked: () =>
    new PlaidProblem(
      400,
      "ITEM_ERROR",
      "USER_PERMISSION_REVOKED",
      "the holder of this account has revoked their permission for your application to access it",
    ),
  rateLimit: (operation: string) =>
    new PlaidProblem(
      429,
      "RATE_LIMIT_EXCEEDED",
      operation === "/transactions/sync" ? "TRANSACTIONS_SYNC_LIMIT" : "RATE_LIMIT",
      `rate limit exceeded for attempts to access ${operation}. please try again later`,
    ),
  internal: () =>
    new PlaidProblem(500, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"),
  institutionDown: () =>
    new PlaidProblem(
      400,
      "INSTITUTION_ERROR",
      "INSTITUTION_DOWN",
      "this institution is not currently responding to this request. please try again soon",
      "This financial institution is not currently responding to requests. Please try again later.",
    ),
  mutation: () =>
    new PlaidProblem(
      400,
      "TRANSACTIONS_ERROR",
      "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
      "Underlying transaction data changed since last page was fetched. Please restart pagination from last update.",
    ),
};

/** What is wrong with an item; all but the last stand in its `error` field until the person signs in again. */
export type ItemTrouble =
  | "login_required"
  | "consent_expired"
  | "permission_revoked"
  | "institution_down";

export function troubleProblem(trouble: ItemTrouble): PlaidProblem {
  switch (trouble) {
    case "login_required":
      return problems.loginRequired();
    case "consent_expired":
      return problems.consentExpired();
    case "permission_revoked":
      return problems.permissionRevoked();
    case "institution_down":
      return problems.institutionDown();
    default:
      return unreachable(trouble);
  }
}
