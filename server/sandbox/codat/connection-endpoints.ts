import { randomBytes } from "node:crypto";
import { json } from "../http/exchange.ts";
import {
  type Call,
  company,
  connection,
  type Endpoint,
  feedConnection,
  jsonBody,
  jsonObject,
  noContent,
  oneOf,
  text,
} from "./call.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection } from "./companies.ts";
import type { ConnectionStatus } from "./facts.ts";
import { newId } from "./ids.ts";
import { findPackage } from "./packages.ts";
import { page } from "./paging.ts";
import { problems } from "./problems.ts";
import { instant, toConnection } from "./translate.ts";

const base = "/companies/:companyId/connections";
const one = `${base}/:connectionId`;

/** Connections, and the credentials and passwords that some packages ask for. */
export const connectionEndpoints: Record<string, Endpoint> = {
  [`POST ${base}`]: (call) => {
    const { companyId } = company(call);
    const body = jsonBody(call);
    // The key alone as a JSON string is taken too, as clients of the older format send it.
    const key = typeof body === "string" ? body : jsonObject(call).platformKey;
    const made = createConnection(call.codat, companyId, text(key, "platformKey"));
    return json(200, toConnection(call.codat, made));
  },
  [`GET ${base}`]: (call) =>
    page(call.request, call.path, company(call).connections, (each) =>
      toConnection(call.codat, each),
    ),
  [`GET ${one}`]: (call) => json(200, toConnection(call.codat, connection(call))),
  [`PATCH ${one}`]: (call) => {
    const found = connection(call);
    oneOf(jsonObject(call).status, "status", ["Unlinked"]);
    if (found.status !== "Linked")
      throw problems.invalid("Only a linked connection can be unlinked.");
    moveConnection(call.codat, found, "Unlinked");
    return json(200, toConnection(call.codat, found));
  },
  [`DELETE ${one}`]: (call) => {
    const found = connection(call);
    const { connectionId } = found;
    call.codat.record({ of: "codat", did: "connection_deleted", connectionId });
    call.codat.hooks.connectionMoved(found, "deleted");
    return { status: 200, headers: {}, body: "" };
  },
  [`PUT ${one}/authorization`]: (call) => {
    const found = sageConnection(call);
    const body = jsonObject(call);
    text(body.authorizationId, "authorizationId");
    linkConnection(call.codat, found, found.organisation ?? "harbour");
    return json(200, toConnection(call.codat, found));
  },
  [`POST ${one}/bankFeeds/otp`]: sageOtp,
  [`GET ${one}/bankFeeds/otp`]: sageOtp,
  [`POST ${one}/connectionInfo/bankFeedAccounts/credentials`]: (call) => {
    const { connectionId } = quickBooksConnection(call);
    const username = `codat-${newId().slice(0, 8)}`;
    call.codat.record({ of: "codat", did: "credentials_made", connectionId, username });
    return json(200, { username, password: randomBytes(12).toString("base64url") });
  },
  [`DELETE ${one}/connectionInfo/bankFeedAccounts/credentials`]: (call) => {
    const found = quickBooksConnection(call);
    const feeding = [...found.accounts.values()].filter(({ status }) => status === "connected");
    const at = call.codat.sandbox.world.clock.now();
    const { connectionId } = found;
    call.codat.record({ of: "codat", did: "credentials_revoked", connectionId, at });
    for (const account of feeding) call.codat.hooks.accountMoved(found, account);
    return noContent;
  },
};

/** Makes a connection that nobody has authorised yet. */
export function createConnection(
  codat: CodatSandbox,
  companyId: string,
  platformKey: string,
): Connection {
  if (findPackage(platformKey) === undefined) {
    throw problems.notFound(`Platform ${platformKey}`);
  }
  const connectionId = newId();
  const at = codat.sandbox.world.clock.now();
  const made = { companyId, connectionId, sourceId: newId(), platformKey, at };
  codat.record({ of: "codat", did: "connection_created", ...made });
  const found = codat.companies.connection(connectionId);
  if (found === undefined) throw problems.connection(connectionId);
  codat.hooks.connectionMoved(found, "created");
  return found;
}

/** A person has authorised it for an organisation: its books are fetched for the first time. */
export function linkConnection(
  codat: CodatSandbox,
  connection: Connection,
  organisation: string,
): void {
  moveConnection(codat, connection, "Linked", organisation);
  if (connection.package.reads) codat.processing.sync(connection.company.companyId);
}

/** Moves a connection to another state, and tells of it. */
export function moveConnection(
  codat: CodatSandbox,
  connection: Connection,
  status: ConnectionStatus,
  organisation?: string,
): void {
  const { connectionId, status: before, wasLinked } = connection;
  codat.record({
    ...{ of: "codat", did: "connection_moved", connectionId, status },
    ...(organisation === undefined ? {} : { organisation }),
    at: codat.sandbox.world.clock.now(),
  });
  if (status === before) return;
  if (status === "Linked") {
    codat.hooks.connectionMoved(connection, wasLinked ? "reconnected" : "connected");
  } else if (before === "Linked") codat.hooks.connectionMoved(connection, "disconnected");
}

function sageOtp(call: Call) {
  const found = sageConnection(call);
  const now = call.codat.sandbox.world.clock.now();
  const otp = call.codat.otps.issue(found.connectionId, now);
  return json(200, { otp, expiry: instant(now + 60 * 60_000) });
}

function sageConnection(call: Call): Connection {
  const found = feedConnection(call);
  if (found.package.key !== "olpr") throw problems.dataType("otp", found.package.name);
  return found;
}

function quickBooksConnection(call: Call): Connection {
  const found = feedConnection(call);
  if (found.package.key !== "hcws") throw problems.dataType("credentials", found.package.name);
  return found;
}
