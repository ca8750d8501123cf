import type { Request } from "../http/exchange.ts";
import { problems } from "./problems.ts";
import type { TinkSandbox } from "./tink-sandbox.ts";
import type { Claims } from "./tokens.ts";
import type { TinkUser } from "./users.ts";

/** One request on its way to an endpoint. */
export interface Call {
  readonly tink: TinkSandbox;
  readonly request: Request;
  /** What the path has in the place of each `:name`. */
  readonly params: Readonly<Record<string, string>>;
}

/** Answers the body, null for an answer without one, or throws a `TinkProblem`. */
export type Endpoint = (call: Call) => object | null;

/** The claims of the request's token, if it may do this. */
export function claims({ tink, request }: Call, scope: string): Claims {
  const read = tink.tokens.read(request.headers.authorization);
  if (!read.scopes.includes(scope)) throw problems.scope(scope);
  return read;
}

/** The installation itself. */
export function asClient(call: Call, scope: string): void {
  if (claims(call, scope).userId !== null) throw problems.scope(scope);
}

/** The user whose token it is. */
export function asUser(call: Call, scope: string): TinkUser {
  const { userId } = claims(call, scope);
  if (userId === null) throw problems.scope(scope);
  return call.tink.users.user(userId);
}

export function form({ request }: Call): URLSearchParams {
  return new URLSearchParams(request.body);
}

export function jsonBody({ request }: Call): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(request.body);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    throw problems.invalid("The body is not JSON");
  }
  throw problems.invalid("The body must be an object");
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw problems.invalid(`${name} is required`);
  return value;
}
