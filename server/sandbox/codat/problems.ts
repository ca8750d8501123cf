import { randomUUID } from "node:crypto";
import { json, type Reply } from "../http/exchange.ts";
import type { Finding } from "./facts.ts";

/** An answer that says no, in Codat's words. */
export class CodatProblem extends Error {
  readonly status: number;
  readonly findings: readonly Finding[] | null;

  constructor(status: number, message: string, findings: readonly Finding[] | null = null) {
    super(message);
    this.status = status;
    this.findings = findings;
  }
}

export function problemReply({ status, message, findings }: CodatProblem): Reply {
  return json(status, {
    ...{ statusCode: status, service: "PublicApi", error: message, correlationId: randomUUID() },
    validation: findings === null ? null : { errors: findings, warnings: [] },
    ...{ canBeRetried: "Unknown", detailedErrorCode: 0 },
  });
}

export const problems = {
  invalid: (why = "Error processing request - not valid.", findings: Finding[] | null = null) =>
    new CodatProblem(400, why, findings),
  /** A field of the body. */
  field: (name: string, message: string) =>
    new CodatProblem(400, "Error processing request - not valid.", [
      { itemId: name, message, validatorName: "RequestBody" },
    ]),
  query: () => new CodatProblem(400, "Error parsing query - Malformed query."),
  unauthorized: () => new CodatProblem(401, "Unauthorized"),
  demonstration: () =>
    new CodatProblem(403, "Bank feeds are not allowed for a demonstration company."),
  company: (id: string) => new CodatProblem(404, `No company was found with ID ${id}`),
  connection: (id: string) => new CodatProblem(404, `Data connection ${id} not found`),
  account: (id: string) => new CodatProblem(404, `No data available for accounts for ID ${id}`),
  notFound: (what: string) => new CodatProblem(404, `${what} not found`),
  dataType: (type: string, platform: string) =>
    new CodatProblem(404, `Datatype [${type}] not supported by platform(s) [${platform}]`),
  method: () => new CodatProblem(405, "Method Not Allowed"),
  notSynced: () => new CodatProblem(409, "The data set has not been requested."),
  accountExists: () => new CodatProblem(409, "A bank account already exists with the same Id"),
  inProgress: () => new CodatProblem(409, "A request with this idempotency key is in progress."),
  otherBody: () => new CodatProblem(422, "The idempotency key was used with another request body."),
  notLinked: (id: string) => new CodatProblem(400, `Data connection ${id} is not linked.`),
  rateLimit: () =>
    new CodatProblem(
      429,
      "You have made too many requests in a given amount of time; please retry later.",
    ),
  internal: () => new CodatProblem(500, "An unexpected error occurred."),
  unavailable: () => new CodatProblem(503, "The service is temporarily unavailable."),
};
