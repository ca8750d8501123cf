import { json, type Reply, type Request } from "../http/exchange.ts";
import { answerUnlessStruck } from "../wires/strike.ts";
import { accountEndpoints } from "./account-endpoints.ts";
import type { Call, Endpoint } from "./call.ts";
import { newRequestId } from "./ids.ts";
import { institutionEndpoints } from "./institution-endpoints.ts";
import { itemEndpoints } from "./item-endpoints.ts";
import { linkEndpoints } from "./link-endpoints.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import { PlaidProblem, problemBody, problems } from "./problems.ts";
import { sandboxEndpoints } from "./sandbox-endpoints.ts";
import { transactionEndpoints } from "./transaction-endpoints.ts";

const endpoints = new Map<string, Endpoint>(
  [
    linkEndpoints,
    itemEndpoints,
    accountEndpoints,
    institutionEndpoints,
    transactionEndpoints,
    sandboxEndpoints,
  ].flatMap((group) => Object.entries(group)),
);

export function isPlaidOperation(path: string): boolean {
  return endpoints.has(path);
}

/** Answers one call of the Plaid API. */
export async function answerPlaid(sandbox: PlaidSandbox, request: Request): Promise<Reply> {
  if (request.method !== "POST") return json(405, { error: "the API takes POST" });
  const requestId = newRequestId();
  const refusal = (problem: PlaidProblem) => json(problem.status, problemBody(problem, requestId));
  try {
    const body = parse(request.body);
    checkCredentials(sandbox, request, body);
    const answer = () => answerCall(body, { sandbox, operation: request.path, requestId });
    if (request.path.startsWith("/sandbox/")) return await answer();
    const target = { wire: "plaid", consentId: itemIdOf(sandbox, body) };
    const refusals = {
      rateLimited: () => refusal(problems.rateLimit(request.path)),
      internalError: () => refusal(problems.internal()),
    };
    return await answerUnlessStruck(sandbox.faults, target, refusals, answer);
  } catch (error) {
    if (!(error instanceof PlaidProblem)) throw error;
    return refusal(error);
  }
}

async function answerCall(body: Record<string, unknown>, call: Call): Promise<Reply> {
  const endpoint = endpoints.get(call.operation);
  if (endpoint === undefined) throw problems.notFound();
  return json(200, await endpoint(body, call));
}

function itemIdOf(sandbox: PlaidSandbox, body: Record<string, unknown>): string | null {
  return sandbox.items.live().find((i) => i.accessToken === body.access_token)?.itemId ?? null;
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === "" ? "{}" : body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    throw problems.body();
  }
  throw problems.body();
}

function checkCredentials(
  { settings }: PlaidSandbox,
  request: Request,
  body: Record<string, unknown>,
): void {
  const clientId = request.headers["plaid-client-id"] ?? body.client_id;
  const secret = request.headers["plaid-secret"] ?? body.secret;
  if (clientId !== settings.clientId || secret !== settings.secret) throw problems.apiKeys();
}
