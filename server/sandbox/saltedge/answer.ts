import { createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { json, type Reply, type Request } from "../http/exchange.ts";
import { answerUnlessStruck } from "../wires/strike.ts";
import { type Answer, type Call, object } from "./call.ts";
import * as connections from "./connection-endpoints.ts";
import * as data from "./data-endpoints.ts";
import { problemBody, problems, SaltEdgeProblem } from "./problems.ts";
import type { SaltEdgeSandbox } from "./saltedge-sandbox.ts";

export const apiPrefix = "/saltedge/api/v6";

type Endpoint = (call: Call) => Answer;

/** Method and path, `*` for an id. */
const endpoints: Record<string, Endpoint> = {
  "POST /customers": connections.createCustomer,
  "GET /customers": connections.listCustomers,
  "GET /providers": data.listProviders,
  "GET /providers/*": data.showProvider,
  "POST /connections/connect": connections.connect,
  "POST /connections/*/reconnect": connections.reconnect,
  "POST /connections/*/refresh": connections.refresh,
  "GET /connections": connections.listConnections,
  "GET /connections/*": connections.showConnection,
  "DELETE /connections/*": connections.removeConnection,
  "GET /consents": connections.listConsents,
  "PUT /consents/*/revoke": connections.revokeConsent,
  "GET /accounts": data.listAccounts,
  "GET /transactions": data.listTransactions,
};

/** Answers one call of the Salt Edge API. */
export async function answerSaltEdge(sandbox: SaltEdgeSandbox, request: Request): Promise<Reply> {
  const refusal = (problem: SaltEdgeProblem) => json(problem.status, problemBody(problem));
  const refused = (answer: () => Reply) => {
    try {
      return answer();
    } catch (error) {
      if (!(error instanceof SaltEdgeProblem)) throw error;
      return refusal(error);
    }
  };
  try {
    checkSignature(sandbox, request);
    const { endpoint, id } = route(request);
    const body = request.body === "" ? {} : parse(request.body);
    const call: Call = { sandbox, query: request.query, data: object(body.data), id };
    const about = request.query.get("connection_id") ?? id;
    const consentId = sandbox.connections.find(about)?.connectionId ?? null;
    const refusals = {
      rateLimited: () => refusal(problems.rateLimit()),
      internalError: () => refusal(problems.internal()),
    };
    return await answerUnlessStruck(sandbox.faults, { wire: "saltedge", consentId }, refusals, () =>
      refused(() => json(200, endpoint(call))),
    );
  } catch (error) {
    if (!(error instanceof SaltEdgeProblem)) throw error;
    return refusal(error);
  }
}

function route({ method, path }: Request): { endpoint: Endpoint; id: string } {
  const parts = path.slice(apiPrefix.length).split("/").slice(1);
  const [first, second = "", third] = parts;
  const exact = endpoints[`${method} /${parts.join("/")}`];
  if (exact !== undefined) return { endpoint: exact, id: "" };
  const pattern = [first, "*", ...(third === undefined ? [] : [third])].join("/");
  const endpoint = endpoints[`${method} /${pattern}`];
  if (endpoint === undefined || parts.length < 2 || parts.length > 3) throw problems.route();
  return { endpoint, id: decodeURIComponent(second) };
}

function parse(body: string): Record<string, unknown> {
  try {
    return object(JSON.parse(body));
  } catch {
    throw problems.body();
  }
}

const aheadSecondsMax = 3_600;

/** Signed over the exact address and body, and for about a minute: by the machine's clock, which is the caller's too. */
function checkSignature({ settings }: SaltEdgeSandbox, request: Request): void {
  const { headers, method, target, bytes } = request;
  const { saltedgeAppId, saltedgeSecret, saltedgePublicKey } = settings;
  const known = same(headers["app-id"], saltedgeAppId) && same(headers.secret, saltedgeSecret);
  if (!known || saltedgePublicKey === undefined) throw problems.apiKey();
  const expiresAt = String(headers["expires-at"] ?? "");
  const now = Date.now() / 1_000;
  if (!/^\d{9,11}$/.test(expiresAt) || Number(expiresAt) > now + aheadSecondsMax) {
    throw problems.expiresAt();
  }
  if (Number(expiresAt) < now) throw problems.expired();
  const signature = headers.signature;
  if (typeof signature !== "string") throw problems.unsigned();
  const signed = `${expiresAt}|${method}|http://${headers.host}${target}|`;
  const key = createPublicKey(saltedgePublicKey);
  const whole = Buffer.concat([Buffer.from(signed), bytes]);
  if (!verify("RSA-SHA256", whole, key, Buffer.from(signature, "base64"))) {
    throw problems.signature();
  }
}

function same(given: string | string[] | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(String(given ?? "")), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
