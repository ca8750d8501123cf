import type { Reply } from "../http/exchange.ts";

/** An answer that says no, in Ponto's words. */
export class PontoProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** The authorisation server speaks OAuth, everything else JSON:API. */
  readonly oauth: boolean;

  constructor(status: number, code: string, message: string, oauth = false) {
    super(message);
    this.status = status;
    this.code = code;
    this.oauth = oauth;
  }
}

export function problemReply({ status, code, message, oauth }: PontoProblem): Reply {
  const body = oauth
    ? { error: code, error_description: message }
    : { errors: [{ code, detail: message, meta: {} }] };
  return document(status, body);
}

export function document(status: number, body: unknown): Reply {
  return {
    status,
    headers: { "content-type": "application/vnd.api+json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}

export const problems = {
  token: () => new PontoProblem(401, "unauthorized", "The access token is invalid or has expired."),
  certificate: () =>
    new PontoProblem(403, "clientCertificateRequired", "Show a client certificate."),
  signature: (why: string) => new PontoProblem(401, "invalidSignature", why),
  notFound: () => new PontoProblem(404, "resourceNotFound", "There is no such resource."),
  invalid: (why: string) => new PontoProblem(400, "invalidRequest", why),
  tooSoon: () =>
    new PontoProblem(
      400,
      "accountRecentlySynchronized",
      "This type of synchronization was already created recently for the account.",
    ),
  rateLimit: () => new PontoProblem(429, "tooManyRequests", "Too many requests."),
  internal: () => new PontoProblem(500, "internalServerError", "Something went wrong."),
  client: () => new PontoProblem(401, "invalid_client", "Client authentication failed.", true),
  grant: (why: string) => new PontoProblem(400, "invalid_grant", why, true),
  grantType: () => new PontoProblem(400, "unsupported_grant_type", "No such grant type.", true),
};

/** What `failNext` can answer with. */
const planned: Readonly<Record<string, () => PontoProblem>> = {
  authorizationInvalid: () =>
    new PontoProblem(400, "authorizationInvalid", "The authorization is no longer valid."),
  authorizationExpired: () =>
    new PontoProblem(400, "authorizationExpired", "The authorization has expired."),
  invalid_grant: () => problems.grant("The grant was revoked."),
  unauthorized: problems.token,
  forbidden: () => new PontoProblem(403, "forbidden", "This is not allowed."),
  resourceNotFound: problems.notFound,
  tooManyRequests: problems.rateLimit,
  internalServerError: problems.internal,
  serviceUnavailable: () => new PontoProblem(503, "serviceUnavailable", "Try again later."),
  financialInstitutionUnavailable: () =>
    new PontoProblem(503, "financialInstitutionUnavailable", "The institution does not respond."),
  codeThatNobodyKnows: () => new PontoProblem(400, "codeThatNobodyKnows", "This is new."),
};

export const plannedCodes = Object.keys(planned);

export function plannedProblem(code: string): PontoProblem {
  return (planned[code] ?? problems.internal)();
}
