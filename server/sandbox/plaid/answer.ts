import { setTimeout as sleep } from "node:timers/promises";
import { json, type Reply, type Request } from "../http/exchange.ts";
import type { Sandbox } from "../sandbox.ts";
import { accountEndpoints } from "./account-endpoints.ts";
import type { Endpoint } from "./call.ts";
import { newRequestId } from "./ids.ts";
import { institutionEndpoints } from "./institution-endpoints.ts";
import { itemEndpoints } from "./item-endpoints.ts";
import { linkEndpoints } from "./link-endpoints.ts";
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
export async function answerPlaid(sandbox: Sandbox, request: Request): Promise<Reply> {
  const requestId = newRequestId();
  try {
    const body = parse(request.body);
    checkCredentials(sandbox, request, body);
    const endpoint = endpoints.get(request.path);
    if (endpoint === undefined) throw problems.notFound();
    if (!request.path.startsWith("/sandbox/")) {
      const struck = await strike(sandbox, request.path, body);
      if (struck === "reset") return "reset";
    }
    return json(200, await endpoint(body, { sandbox, operation: request.path, requestId }));
  } catch (error) {
    if (!(error instanceof PlaidProblem)) throw error;
    return json(error.status, problemBody(error, requestId));
  }
}

/** Lets the set failures happen. */
async function strike(
  sandbox: Sandbox,
  operation: string,
  body: Record<string, unknown>,
): Promise<"reset" | undefined> {
  const itemId =
    sandbox.items.live().find((item) => item.accessToken === body.access_token)?.itemId ?? null;
  const slow = sandbox.faults.take("slow", itemId);
  if (slow !== undefined) await sleep(slow.ms);
  if (sandbox.faults.take("connection_reset", itemId)) return "reset";
  if (sandbox.faults.take("rate_limit", itemId)) throw problems.rateLimit(operation);
  if (sandbox.faults.take("internal_error", itemId)) throw problems.internal();
  return undefined;
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
  { settings }: Sandbox,
  request: Request,
  body: Record<string, unknown>,
): void {
  const clientId = request.headers["plaid-client-id"] ?? body.client_id;
  const secret = request.headers["plaid-secret"] ?? body.secret;
  if (clientId !== settings.clientId || secret !== settings.secret) throw problems.apiKeys();
}
