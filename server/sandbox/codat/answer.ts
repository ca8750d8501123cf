import { setTimeout as sleep } from "node:timers/promises";
import type { Reply, Request } from "../http/exchange.ts";
import { answerUnlessStruck } from "../wires/strike.ts";
import { accountEndpoints } from "./account-endpoints.ts";
import type { Endpoint } from "./call.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import { companyEndpoints } from "./company-endpoints.ts";
import { connectionEndpoints } from "./connection-endpoints.ts";
import { dataEndpoints } from "./data-endpoints.ts";
import type { CallKind } from "./faults.ts";
import { mappingEndpoints } from "./mapping-endpoints.ts";
import { newAccountEndpoints } from "./new-account-endpoints.ts";
import { optionEndpoints } from "./option-endpoints.ts";
import { paymentEndpoints } from "./payment-endpoints.ts";
import { CodatProblem, problemReply, problems } from "./problems.ts";
import { pushEndpoints } from "./push-endpoints.ts";

export const apiPrefix = "/codat/";

const endpoints = [
  ...[companyEndpoints, connectionEndpoints, accountEndpoints, mappingEndpoints],
  ...[pushEndpoints, paymentEndpoints, newAccountEndpoints, dataEndpoints, optionEndpoints],
]
  .flatMap((group) => Object.entries(group))
  .map(([name, endpoint]) => {
    const [method = "", path = ""] = name.split(" ");
    return { method, pattern: patternOf(path), endpoint };
  });

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]{1,300})")}$`);
}

/** Answers one call of Codat's API. */
export async function answerApi(codat: CodatSandbox, request: Request): Promise<Reply> {
  const path = `/${request.path.slice(apiPrefix.length)}`;
  const companyId = /^\/companies\/([^/]+)/.exec(path)?.[1] ?? null;
  const target = { wire: "codat", consentId: companyId };
  const refusals = {
    rateLimited: () => problemReply(problems.rateLimit()),
    internalError: () => problemReply(problems.internal()),
  };
  const { faults } = codat.sandbox;
  const reply = await answerUnlessStruck(faults, target, refusals, () =>
    answerChecked(codat, request, path, companyId),
  );
  if (reply === "reset") return reply;
  return { ...reply, headers: { ...codat.quota.headers(), ...reply.headers } };
}

async function answerChecked(
  codat: CodatSandbox,
  request: Request,
  path: string,
  companyId: string | null,
): Promise<Reply> {
  if (!knowsKey(codat, request)) return problemReply(problems.unauthorized());
  if (!codat.quota.take()) {
    return withRetryAfter(problemReply(problems.rateLimit()), codat.quota.secondsLeft());
  }
  const strike = codat.faults.ofCall(companyId, kindOf(request.method, path));
  switch (strike?.name) {
    case "rate_limit":
      return withRetryAfter(problemReply(problems.rateLimit()), strike.retryAfter);
    case "cut_before":
      return "reset";
    case "slow":
      await pause(strike.ms);
  }
  // As documented: what fails inside is kept under the key as any other answer is.
  const failure =
    strike?.name === "internal_error"
      ? problems.internal()
      : strike?.name === "unavailable"
        ? problems.unavailable()
        : null;
  const reply = once(codat, request, () =>
    failure === null ? answerEndpoint(codat, request, path) : problemReply(failure),
  );
  if (strike?.name === "silent_after") await pause(strike.ms);
  return strike?.name === "silent_after" || strike?.name === "cut_after" ? "reset" : reply;
}

/** The answer of the first call with this idempotency key, where there is one. */
function once(codat: CodatSandbox, request: Request, answer: () => Reply): Reply {
  const key = request.headers["idempotency-key"];
  const counts = request.method === "POST" || request.method === "PATCH";
  if (typeof key !== "string" || !counts || !codat.portal.modes.idempotency) return answer();
  // A key is one client's for one address.
  const scoped = `${request.method} ${request.target} ${key}`;
  const known = codat.replays.begin(scoped, request.bytes, codat.sandbox.world.clock.now());
  if (known === "in_progress") return problemReply(problems.inProgress());
  if (known === "other_body") return problemReply(problems.otherBody());
  if (known !== null) return known;
  const reply = answer();
  codat.replays.end(scoped, reply);
  return reply;
}

function answerEndpoint(codat: CodatSandbox, request: Request, path: string): Reply {
  try {
    const found = find(request.method, path);
    return found.endpoint({ codat, request, path, params: found.params });
  } catch (error) {
    if (!(error instanceof CodatProblem)) throw error;
    return problemReply(error);
  }
}

function find(
  method: string,
  path: string,
): { endpoint: Endpoint; params: Record<string, string> } {
  const matches = endpoints.filter(({ pattern }) => pattern.test(path));
  if (matches.length === 0) throw problems.notFound("The resource");
  const found = matches.find((one) => one.method === method);
  if (found === undefined) throw problems.method();
  const params = Object.entries(found.pattern.exec(path)?.groups ?? {});
  return {
    endpoint: found.endpoint,
    params: Object.fromEntries(params.map(([name, value]) => [name, decoded(value)])),
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw problems.invalid();
  }
}

/** The whole key in base64, not a user and a password. */
function knowsKey({ sandbox }: CodatSandbox, { headers }: Request): boolean {
  const [, encoded = ""] = /^Basic +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString("utf8") === sandbox.settings.codatApiKey;
}

function kindOf(method: string, path: string): CallKind {
  if (method === "POST" && path.includes("/push/")) return "push";
  return method === "GET" ? "read" : "other";
}

function withRetryAfter(reply: Reply, seconds: number | null): Reply {
  if (reply === "reset" || seconds === null) return reply;
  return { ...reply, headers: { ...reply.headers, "retry-after": String(seconds) } };
}

/** A pause that keeps no process alive. */
function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
