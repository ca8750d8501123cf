import { json, type Reply, type Request } from "../http/exchange.ts";
import { answerUnlessStruck } from "../wires/strike.ts";
import { authEndpoints } from "./auth-endpoints.ts";
import type { Endpoint } from "./call.ts";
import { credentialsEndpoints } from "./credentials-endpoints.ts";
import { dataEndpoints } from "./data-endpoints.ts";
import { problemReply, problems, TinkProblem } from "./problems.ts";
import type { TinkSandbox } from "./tink-sandbox.ts";

export const apiPrefix = "/tink/";

const endpoints = [authEndpoints, credentialsEndpoints, dataEndpoints]
  .flatMap((group) => Object.entries(group))
  .map(([name, endpoint]) => {
    const [method = "", path = ""] = name.split(" ");
    return { method, pattern: patternOf(path), endpoint };
  });

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[\\w-]{1,100})")}$`);
}

/** Answers one call of Tink's API. */
export async function answerApi(tink: TinkSandbox, request: Request): Promise<Reply> {
  const found = find(request);
  if (found === undefined) return problemReply(problems.notFound("The resource"));
  const answer = () => reply(() => found.endpoint({ tink, request, params: found.params }));
  // Getting a token is no data call: what it is about is not known yet.
  if (request.path.endsWith("/oauth/token")) return answer();
  const target = { wire: "tink", consentId: userIdOf(tink, request) };
  const refusals = {
    rateLimited: () => problemReply(problems.rateLimit()),
    internalError: () => problemReply(problems.internal()),
  };
  return answerUnlessStruck(tink.sandbox.faults, target, refusals, answer);
}

function reply(call: () => object | null): Reply {
  try {
    const body = call();
    return body === null ? { status: 204, headers: {}, body: "" } : json(200, body);
  } catch (error) {
    if (!(error instanceof TinkProblem)) throw error;
    return problemReply(error);
  }
}

function find(
  request: Request,
): { endpoint: Endpoint; params: Record<string, string> } | undefined {
  const path = `/${request.path.slice(apiPrefix.length)}`;
  for (const { method, pattern, endpoint } of endpoints) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (match !== null) return { endpoint, params: { ...match.groups } };
  }
  return undefined;
}

function userIdOf({ tokens }: TinkSandbox, request: Request): string | null {
  try {
    return tokens.read(request.headers.authorization).userId;
  } catch {
    return null;
  }
}
