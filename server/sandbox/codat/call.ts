import type { Reply, Request } from "../http/exchange.ts";
import type { Books } from "./books.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Company, Connection, SourceAccount } from "./companies.ts";
import { problems } from "./problems.ts";

/** One request on its way to an endpoint. */
export interface Call {
  readonly codat: CodatSandbox;
  readonly request: Request;
  /** Below the API's base. */
  readonly path: string;
  /** What the path has in the place of each `:name`. */
  readonly params: Readonly<Record<string, string>>;
}

/** Answers, or throws a `CodatProblem`. */
export type Endpoint = (call: Call) => Reply;

export const noContent: Reply = { status: 204, headers: {}, body: "" };

export function company({ codat, params }: Call): Company {
  const id = params.companyId ?? "";
  const found = codat.companies.find(id);
  if (found === undefined) throw problems.company(id);
  return found;
}

export function connection(call: Call): Connection {
  const { companyId } = company(call);
  const id = call.params.connectionId ?? "";
  const found = call.codat.companies.connection(id);
  if (found === undefined || found.company.companyId !== companyId) throw problems.connection(id);
  return found;
}

/** A connection that takes bank feeds. */
export function feedConnection(call: Call): Connection {
  const found = connection(call);
  if (found.package.feeds === null) {
    throw problems.dataType("bankFeedAccounts", found.package.name);
  }
  return found;
}

export function sourceAccount(call: Call): SourceAccount {
  const id = call.params.accountId ?? "";
  const found = feedConnection(call).accounts.get(id);
  if (found === undefined) throw problems.account(id);
  return found;
}

/** The books that a connection reads; what it was never linked to has none. */
export function readBooks(call: Call, dataType: string): Books {
  const found = connection(call);
  if (!found.package.reads) throw problems.dataType(dataType, found.package.name);
  const books = call.codat.library.of(found);
  if (books === undefined) throw problems.notSynced();
  return books;
}

/** The books of whichever of a company's connections reads them. */
export function companyBooks(call: Call, dataType: string): Books {
  const reading = company(call).connections.filter((one) => one.package.reads);
  const [first] = reading;
  if (first === undefined) throw problems.dataType(dataType, "none");
  const books = call.codat.library.of(reading.find((one) => one.organisation !== null) ?? first);
  if (books === undefined) throw problems.notSynced();
  return books;
}

export function jsonBody({ request }: Call): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw problems.invalid("Error processing request - the body is not JSON.");
  }
}

export function jsonObject(call: Call): Record<string, unknown> {
  return object(jsonBody(call), "body");
}

export function jsonArray(call: Call): unknown[] {
  const value = jsonBody(call);
  if (!Array.isArray(value)) throw problems.field("body", "must be an array");
  return value;
}

export function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw problems.field(name, "must be an object");
  }
  return { ...value };
}

export function text(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw problems.field(name, "is required");
  return value;
}

export function optionalText(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw problems.field(name, "must be a string");
  return value;
}

export function number(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw problems.field(name, "must be a number");
  }
  return value;
}

export function optionalNumber(value: unknown, name: string): number | null {
  return value === undefined || value === null ? null : number(value, name);
}

export function oneOf<T extends string>(value: unknown, name: string, list: readonly T[]): T {
  const found = list.find((one) => one === value);
  if (found === undefined) throw problems.field(name, `must be one of ${list.join(", ")}`);
  return found;
}

/** A date, or a time with or without a zone, as it was sent. */
export function dateTime(value: unknown, name: string): string {
  const given = text(value, name);
  const right =
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(given) &&
    !Number.isNaN(Date.parse(`${given.slice(0, 10)}T00:00:00Z`));
  if (!right) throw problems.field(name, "must be an ISO 8601 date");
  return given;
}
