import type { Reply, Request } from "../http/exchange.ts";
import { isWebAddress, openReauthorization } from "./authorize.ts";
import { newId } from "./ids.ts";
import type { Integration, PontoAccount } from "./integrations.ts";
import { listRows, pageOf } from "./lists.ts";
import type { PontoSandbox } from "./ponto-sandbox.ts";
import { document, problems } from "./problems.ts";
import { toAccount, toInstitution, toSynchronization, toTransaction } from "./resources.ts";
import { subtypeDefault } from "./synchronizations.ts";

/** How long an account rests after a synchronisation of the client's. */
const restMs = 30 * 60_000;

/** Answers a data call about an integration; undefined for an address that there is not. */
export function answerData(
  inside: PontoSandbox,
  integration: Integration,
  request: Request,
): Reply | undefined {
  const [room = "", id = "", list = ""] = request.path.split("/").slice(2);
  const { method } = request;
  if (method === "GET" && room === "userinfo") {
    return document(200, { sub: integration.consentId, name: "Tieout demo company" });
  }
  if (room === "accounts" && id === "" && method === "GET")
    return listAccounts(inside, integration, request);
  if (room === "accounts") return answerAccount(inside, integration, request, id, list);
  if (room === "synchronizations" && id === "" && method === "POST") {
    return synchronize(inside, integration, request);
  }
  if (room === "synchronizations" && method === "GET") {
    return answerSynchronization(inside, integration, request, id, list);
  }
  return undefined;
}

function listAccounts(inside: PontoSandbox, integration: Integration, request: Request): Reply {
  const { world } = inside.sandbox;
  const now = world.clock.now();
  return pageOf(inside, request, {
    ids: integration.accounts.map(({ id }) => id),
    resource: (id) => toAccount(world, integration, accountById(integration, id), now),
    meta: {},
  });
}

function answerAccount(
  inside: PontoSandbox,
  integration: Integration,
  request: Request,
  id: string,
  list: string,
): Reply | undefined {
  const account = accountById(integration, id);
  const { world } = inside.sandbox;
  if (request.method === "POST" && list === "reauthorization-requests") {
    return requestReauthorization(inside, integration, request);
  }
  if (request.method !== "GET") return undefined;
  if (list === "") {
    return document(200, { data: toAccount(world, integration, account, world.clock.now()) });
  }
  if (list === "transactions" || list === "pending-transactions") {
    return listRows(inside, request, integration, account, list);
  }
  return undefined;
}

function accountById(integration: Integration, id: string): PontoAccount {
  const account = integration.accounts.find((one) => one.id === id);
  if (account === undefined) throw problems.notFound();
  return account;
}

function requestReauthorization(
  inside: PontoSandbox,
  integration: Integration,
  request: Request,
): Reply {
  const { redirectUri } = attributesOf(request);
  if (typeof redirectUri !== "string" || !isWebAddress(redirectUri)) {
    throw problems.invalid("redirectUri is missing.");
  }
  return document(201, {
    data: {
      type: "reauthorizationRequest",
      id: newId(),
      attributes: { sandbox: true },
      links: { redirect: openReauthorization(inside, integration, redirectUri) },
    },
  });
}

function synchronize(inside: PontoSandbox, integration: Integration, request: Request): Reply {
  const { resourceType, resourceId, subtype } = attributesOf(request);
  if (resourceType !== "account") throw problems.invalid("resourceType must be account.");
  const account = accountById(integration, String(resourceId));
  const now = inside.sandbox.world.clock.now();
  const last = account.syncs.findLast(({ by }) => by === "client");
  if (last !== undefined && now - last.at < restMs) throw problems.tooSoon();
  const wanted = typeof subtype === "string" ? subtype : subtypeDefault;
  const sync = inside.syncs.request(integration, account, "client", wanted);
  return document(201, { data: toSynchronization(account, sync, now) });
}

function answerSynchronization(
  inside: PontoSandbox,
  integration: Integration,
  request: Request,
  id: string,
  list: string,
): Reply | undefined {
  const account = integration.accounts.find((one) => one.syncs.some(({ syncId }) => syncId === id));
  const sync = account?.syncs.find(({ syncId }) => syncId === id);
  if (account === undefined || sync === undefined) throw problems.notFound();
  const now = inside.sandbox.world.clock.now();
  if (list === "") return document(200, { data: toSynchronization(account, sync, now) });
  if (list !== "updated-transactions") return undefined;
  const rows = new Map(
    sync.updated
      .map((index) => account.feed.row(index))
      .filter(({ removed }) => !removed)
      .map((row) => toTransaction(integration, account, row))
      .map((row) => [row.id, row]),
  );
  return pageOf(inside, request, {
    ids: [...rows.keys()],
    resource: (row) => rows.get(row),
    meta: {},
  });
}

/** The banks, which need no person's consent to be seen; undefined for an address that there is not. */
export function answerInstitutions(inside: PontoSandbox, request: Request): Reply | undefined {
  const [room, id = ""] = request.path.split("/").slice(2);
  if (room !== "financial-institutions" || request.method !== "GET") return undefined;
  const all = new Map(
    inside.sandbox.world.institutions.map(toInstitution).map((each) => [each.id, each]),
  );
  if (id === "") {
    return pageOf(inside, request, {
      ids: [...all.keys()],
      resource: (one) => all.get(one),
      meta: {},
    });
  }
  const found = all.get(id);
  if (found === undefined) throw problems.notFound();
  return document(200, { data: found });
}

function attributesOf({ body }: Request): Record<string, unknown> {
  try {
    const { data } = JSON.parse(body) as { data?: { attributes?: Record<string, unknown> } };
    return data?.attributes ?? {};
  } catch {
    throw problems.invalid("The body is no JSON.");
  }
}
