/** An answer that says no, in the aggregator's words. */
export class SaltEdgeProblem extends Error {
  readonly status: number;
  readonly errorClass: string;
  /** What stands in the error beside class and message. */
  readonly more: Record<string, unknown>;

  constructor(
    status: number,
    errorClass: string,
    message: string,
    more: Record<string, unknown> = {},
  ) {
    super(message);
    this.status = status;
    this.errorClass = errorClass;
    this.more = more;
  }
}

export function problemBody({ errorClass, message, more }: SaltEdgeProblem): object {
  return {
    error: {
      class: errorClass,
      message,
      documentation_url: `https://docs.saltedge.com/v6/errors/#${errorClass}`,
      ...more,
    },
  };
}

export const problems = {
  apiKey: () => new SaltEdgeProblem(404, "ApiKeyNotFound", "the API key was not found"),
  expiresAt: () => new SaltEdgeProblem(400, "ExpiresAtInvalid", "Expires-at is invalid"),
  expired: () => new SaltEdgeProblem(400, "RequestExpired", "the request has expired"),
  unsigned: () => new SaltEdgeProblem(400, "SignatureNotProvided", "a signature is required"),
  signature: () => new SaltEdgeProblem(400, "SignatureNotMatch", "the signature does not match"),
  body: () => new SaltEdgeProblem(400, "JsonParseError", "the body is not JSON"),
  format: (field: string) => new SaltEdgeProblem(406, "WrongRequestFormat", `${field} is wrong`),
  route: () => new SaltEdgeProblem(404, "RouteNotFound", "there is no such route"),
  customer: () => new SaltEdgeProblem(404, "CustomerNotFound", "the customer was not found"),
  duplicatedCustomer: () =>
    new SaltEdgeProblem(409, "DuplicatedCustomer", "a customer of that identifier exists"),
  provider: () => new SaltEdgeProblem(404, "ProviderNotFound", "the provider was not found"),
  connection: () => new SaltEdgeProblem(404, "ConnectionNotFound", "the connection was not found"),
  account: () => new SaltEdgeProblem(404, "AccountNotFound", "the account was not found"),
  consent: () => new SaltEdgeProblem(404, "ConsentNotFound", "the consent was not found"),
  processing: () =>
    new SaltEdgeProblem(409, "ConnectionAlreadyProcessing", "the connection is being processed"),
  notRefreshable: (at: number) =>
    new SaltEdgeProblem(406, "ConnectionCannotBeRefreshed", "it cannot be refreshed yet", {
      next_refresh_possible_at: new Date(at).toISOString(),
    }),
  rateLimit: () => new SaltEdgeProblem(429, "RateLimitExceeded", "too many requests"),
  internal: () => new SaltEdgeProblem(500, "InternalServerError", "an unexpected error occurred"),
};

/** The classes that a call about a connection can be made to fail with. */
export const plannedClasses = [
  "InvalidCredentials",
  "InvalidInteractiveCredentials",
  "InteractiveTimeout",
  "ProviderAccessNotGranted",
  "AispConsentExpired",
  "AispConsentRevoked",
  "ConsentExpired",
  "ConsentRevoked",
  "ConnectionDisabled",
  "CredentialsNotMatch",
  "ConnectionNotFound",
  "ProviderError",
  "ProviderUnavailable",
  "ProviderInactive",
  "ConnectionFailed",
  "FetchingTimeout",
  "ExecutionTimeout",
  "RateLimitExceeded",
  "BackgroundFetchLimitExceeded",
  "ConnectionAlreadyProcessing",
  "InternalServerError",
] as const;

/** The refusal of one of them. @throws TypeError for a class that is not listed */
export function plannedProblem(errorClass: string): SaltEdgeProblem {
  if (!plannedClasses.some((known) => known === errorClass)) {
    throw new TypeError(`no class ${errorClass}`);
  }
  return new SaltEdgeProblem(statuses[errorClass] ?? 406, errorClass, `simulated: ${errorClass}`);
}

const statuses: Record<string, number> = {
  ConnectionNotFound: 404,
  ConnectionAlreadyProcessing: 409,
  RateLimitExceeded: 429,
  InternalServerError: 500,
};
