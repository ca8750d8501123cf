import { addDays, isDate } from "../../../prisma/story/calendar.ts";
import { type Answer, type Call, connectionOf, field, object, pageOf } from "./call.ts";
import type { Connection } from "./connections.ts";
import { newId } from "./ids.ts";
import { problems } from "./problems.ts";
import { instant, providerCode, toConnection, toConsent } from "./translate.ts";

const flowMinutes = 60;
const daysDefault = 90;
const daysMax = 365;

export function createCustomer(call: Call): Answer {
  const { connections, world } = call.sandbox;
  const identifier = field(call.data, "identifier");
  const known = [...connections.customers.values()].some((one) => one.identifier === identifier);
  if (known) throw problems.duplicatedCustomer();
  const customerId = newId();
  const at = world.clock.now();
  call.sandbox.record({ of: "saltedge", did: "customer_made", customerId, identifier, at });
  return { data: customer(call, customerId) };
}

export function listCustomers(call: Call): Answer {
  const identifier = call.query.get("identifier");
  const found = [...call.sandbox.connections.customers.values()].filter(
    (one) => identifier === null || one.identifier === identifier,
  );
  const rows = found.map(({ customerId: id }) => ({ id, row: customer(call, id) }));
  return pageOf(call, "/customers", rows);
}

/** Opens the hosted pages for a new connection of a customer. */
export function connect(call: Call): Answer {
  const { sandbox, data } = call;
  const { connections, world } = sandbox;
  const customerId = field(data, "customer_id");
  if (!connections.customers.has(customerId)) throw problems.customer();
  const code = object(data.provider).code ?? null;
  const institution = world.institutions.find((one) => providerCode(one) === code);
  if (code !== null && institution === undefined) throw problems.provider();
  const attempt = object(data.attempt);
  const from = firstDay(call, attempt.from_date ?? object(data.consent).from_date);
  return openPages(call, {
    institutionKey: institution?.key ?? null,
    connection: null,
    finish({ institutionKey, paths }) {
      const connectionId = newId();
      const [consentId, attemptId] = [newId(), newId()];
      const at = world.clock.now();
      const what = { connectionId, customerId, institutionKey, paths, from, consentId, attemptId };
      sandbox.record({ of: "saltedge", did: "connected", ...what, at });
      const connection = connections.get(connectionId);
      sandbox.fetches.prepare(connection);
      return connection;
    },
  });
}

/** Opens the hosted pages for a connection that exists: a new consent, and the login anew. */
export function reconnect(call: Call): Answer {
  const { sandbox } = call;
  const connection = connectionOf(call, call.id);
  return openPages(call, {
    institutionKey: connection.institutionKey,
    connection,
    finish({ paths }) {
      const { connectionId } = connection;
      const [consentId, attemptId] = [newId(), newId()];
      const at = sandbox.world.clock.now();
      const what = { connectionId, paths, consentId, attemptId, at };
      sandbox.record({ of: "saltedge", did: "reconnected", ...what });
      if (connection.stage === "full") {
        sandbox.fetches.plan(connection, { attemptId, userPresent: true });
      } else sandbox.fetches.prepare(connection);
      return connection;
    },
  });
}

function openPages(
  call: Call,
  of: {
    institutionKey: string | null;
    connection: Connection | null;
    finish(chosen: { institutionKey: string; paths: string[] }): Connection;
  },
): Answer {
  const { sandbox, data } = call;
  const returnTo = field(object(data.attempt), "return_to");
  if (!URL.canParse(returnTo)) throw problems.format("return_to");
  const expiresAt = sandbox.world.clock.now() + flowMinutes * 60_000;
  const { url } = sandbox.signIns.open({
    wire: "saltedge",
    institutionKey: of.institutionKey,
    shared: of.connection?.paths ?? null,
    choosesAccounts: true,
    expiresAt,
    finish(chosen) {
      const { connectionId } = of.finish(chosen);
      return back(returnTo, data.return_connection_id === true && { connection_id: connectionId });
    },
    leave: () =>
      back(
        returnTo,
        data.return_error_class === true && {
          error_class: "ProviderAccessNotGranted",
          error_message: "the person left",
        },
      ),
  });
  return { data: { connect_url: url, expires_at: instant(expiresAt) } };
}

export function listConnections(call: Call): Answer {
  const customerId = call.query.get("customer_id");
  const { connections, world } = call.sandbox;
  if (customerId === null || !connections.customers.has(customerId)) throw problems.customer();
  const rows = connections
    .live()
    .filter((connection) => connection.customerId === customerId)
    .map((one) => ({ id: one.connectionId, row: toConnection(world, connections, one) }));
  return pageOf(call, "/connections", rows);
}

export function showConnection(call: Call): Answer {
  const { connections, world } = call.sandbox;
  return { data: toConnection(world, connections, connectionOf(call, call.id)) };
}

export function removeConnection(call: Call): Answer {
  const { connectionId } = connectionOf(call, call.id);
  call.sandbox.record({ of: "saltedge", did: "removed", connectionId });
  return { data: { removed: true, id: connectionId } };
}

/** Once an hour; what was fetched is told by callback. */
export function refresh(call: Call): Answer {
  const { connections, world, fetches } = call.sandbox;
  const connection = connectionOf(call, call.id);
  const { connectionId, refreshPossibleAt } = connection;
  if (connection.stage !== "full" || fetches.isWaiting(connection)) throw problems.processing();
  const at = world.clock.now();
  if (refreshPossibleAt !== null && at < refreshPossibleAt) {
    throw problems.notRefreshable(refreshPossibleAt);
  }
  call.sandbox.record({ of: "saltedge", did: "refresh_requested", connectionId, at });
  fetches.plan(connection);
  return { data: toConnection(world, connections, connection) };
}

export function listConsents(call: Call): Answer {
  const connection = connectionOf(call, call.query.get("connection_id"));
  const row = toConsent(call.sandbox.connections, connection);
  return pageOf(call, "/consents", [{ id: connection.consent.consentId, row }]);
}

export function revokeConsent(call: Call): Answer {
  const { connections, world } = call.sandbox;
  const connection = connections.live().find(({ consent }) => consent.consentId === call.id);
  if (connection === undefined) throw problems.consent();
  const what = { connectionId: connection.connectionId, trouble: "revoked" } as const;
  const at = world.clock.now();
  call.sandbox.record({ of: "saltedge", did: "trouble_set", ...what, attemptId: newId(), at });
  return { data: toConsent(connections, connection) };
}

function customer({ sandbox }: Call, customerId: string): object {
  const found = sandbox.connections.customers.get(customerId);
  if (found === undefined) throw problems.customer();
  const { identifier, createdAt } = found;
  return {
    customer_id: customerId,
    identifier,
    categorization_type: "business",
    blocked_at: null,
    created_at: instant(createdAt),
    updated_at: instant(createdAt),
  };
}

function firstDay({ sandbox }: Call, given: unknown): string {
  const today = sandbox.world.clock.today();
  if (given === undefined || given === null) return addDays(today, -daysDefault);
  if (typeof given !== "string" || !isDate(given)) throw problems.format("from_date");
  const oldest = addDays(today, -daysMax);
  if (given < oldest || given > today) throw problems.format("from_date");
  return given;
}

function back(returnTo: string, more: Record<string, string> | false): string {
  const url = new URL(returnTo);
  for (const [name, value] of Object.entries(more || {})) url.searchParams.set(name, value);
  return url.href;
}
