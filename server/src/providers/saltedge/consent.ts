import { addDays } from "../../core/dates.ts";
import { wireId, wireList, wireMoment, wireObject } from "../../core/wire-values.ts";
import {
  type ConsentFlow,
  type ConsentOutcome,
  type ConsentRequest,
  ProviderFailure,
  type StartedConsent,
} from "../provider.ts";
import type { SaltEdgeClient } from "./client.ts";
import { type SaltEdgeConnection, toConnection } from "./connection.ts";
import { fetchAll } from "./lists.ts";

/** European rules end a consent after this long. */
const consentDays = 90;
const flowMsDefault = 60 * 60_000;
const scopes = ["accounts", "transactions"];

/** What the end of a flow is compared with: a new connection has to be new, a repair has to have happened since. */
interface FlowStart {
  readonly customerId: string | null;
  readonly knownIds: readonly string[];
  readonly attemptId: string | null;
  readonly consentId: string | null;
}

/** @throws ProviderFailure */
export async function startConsent(
  client: SaltEdgeClient,
  request: ConsentRequest,
  includeSandboxes: boolean,
): Promise<StartedConsent> {
  const return_to = `${request.returnUrl}?${new URLSearchParams({ state: request.state })}`;
  const attempt = { return_to, fetch_scopes: scopes, locale: "en" };
  const returns = { return_connection_id: true, return_error_class: true };
  if (request.repair !== null) {
    const { secret: connectionId } = request.repair;
    const before = await fetchConnectionRow(client, connectionId);
    const consent = { scopes, period_days: consentDays };
    const path = `/connections/${encodeURIComponent(connectionId)}/reconnect`;
    const data = { consent, attempt, ...returns };
    return hosted(await client.call({ method: "POST", path, data }), {
      customerId: null,
      knownIds: [],
      attemptId: before.attempt.attemptId,
      consentId: before.consentId,
    });
  }
  const customer = await openCustomer(client, request.connectionReference);
  const from_date = addDays(request.today, -request.daysOfHistory);
  const data = {
    customer_id: customer.customerId,
    consent: { scopes, from_date, period_days: consentDays },
    attempt: { ...attempt, from_date },
    provider: {
      ...(request.institutionId === null ? {} : { code: request.institutionId }),
      include_sandboxes: includeSandboxes,
    },
    ...returns,
  };
  return hosted(await client.call({ method: "POST", path: "/connections/connect", data }), {
    ...customer,
    attemptId: null,
    consentId: null,
  });
}

/** A return address can say that the person gave up; that they did not, only Salt Edge itself. */
export async function completeConsent(
  client: SaltEdgeClient,
  { linkToken, repair, returned }: ConsentFlow,
): Promise<ConsentOutcome> {
  const start = readStart(linkToken);
  const gaveUp = returned?.has("error_class") ?? false;
  if (repair !== null) {
    const connection = await fetchConnectionRow(client, repair.secret);
    if (isRepaired(connection, start)) return { kind: "repaired", credential: null };
    return { kind: gaveUp ? "cancelled" : "unfinished" };
  }
  const rows = await fetchAll(client, "/connections", { customer_id: start.customerId ?? "" });
  const fresh = rows
    .map(toConnection)
    .filter((row) => row !== null)
    .filter(({ connectionId }) => !start.knownIds.includes(connectionId));
  const made = fresh.findLast(({ active, attempt }) => active && !attempt.failed);
  if (made !== undefined) {
    const { connectionId } = made;
    return { kind: "completed", credential: connectionId, externalId: connectionId };
  }
  const allFailed = fresh.length > 0 && fresh.every(({ attempt }) => attempt.failed);
  return { kind: gaveUp || allFailed ? "cancelled" : "unfinished" };
}

/** The connection as Salt Edge has it. @throws ProviderFailure */
export async function fetchConnectionRow(
  client: SaltEdgeClient,
  connectionId: string,
): Promise<SaltEdgeConnection> {
  const path = `/connections/${encodeURIComponent(connectionId)}`;
  const row = toConnection((await client.call({ method: "GET", path })).data);
  if (row === null) throw unexpected("a connection without an id");
  return row;
}

/** A new consent, or a new attempt with the person there; the provider's own fetches prove nothing. */
function isRepaired({ active, attempt, consentId }: SaltEdgeConnection, start: FlowStart): boolean {
  if (!active || attempt.failed) return false;
  const attempted = attempt.userPresent && attempt.attemptId !== start.attemptId;
  return attempted || (consentId !== null && consentId !== start.consentId);
}

/** Each connection has a customer of its own, so that a new consent is found by it and ended without another. */
async function openCustomer(
  client: SaltEdgeClient,
  identifier: string,
): Promise<{ customerId: string; knownIds: string[] }> {
  try {
    const data = { identifier };
    const made = await client.call({ method: "POST", path: "/customers", data });
    return { customerId: customerIdOf(made.data), knownIds: [] };
  } catch (error) {
    const duplicated = error instanceof ProviderFailure && error.wire?.code === duplicatedCode;
    if (!duplicated) throw error;
  }
  const found = await client.call({ method: "GET", path: "/customers", query: { identifier } });
  const customer = wireList(found.data).find((row) => wireObject(row).identifier === identifier);
  const customerId = customerIdOf(customer);
  const rows = await fetchAll(client, "/connections", { customer_id: customerId });
  const connections = rows.map(toConnection).filter((row) => row !== null);
  return { customerId, knownIds: connections.map(({ connectionId }) => connectionId) };
}

const duplicatedCode = "DuplicatedCustomer";

function customerIdOf(given: unknown): string {
  const row = wireObject(given);
  const customerId = wireId(row.customer_id) ?? wireId(row.id);
  if (customerId === null) throw unexpected("a customer without an id");
  return customerId;
}

function hosted({ data }: { data: unknown }, start: FlowStart): StartedConsent {
  const { connect_url: hostedUrl, expires_at } = wireObject(data);
  const usable = typeof hostedUrl === "string" && URL.canParse(hostedUrl);
  if (!usable || !["http:", "https:"].includes(new URL(hostedUrl).protocol)) {
    throw unexpected("no connect_url");
  }
  return {
    kind: "hosted",
    linkToken: JSON.stringify(start),
    hostedUrl,
    expiresAt: wireMoment(expires_at) ?? new Date(Date.now() + flowMsDefault),
  };
}

function readStart(linkToken: string): FlowStart {
  const start = wireObject(JSON.parse(linkToken));
  return {
    customerId: wireId(start.customerId),
    knownIds: wireList(start.knownIds).map(String),
    attemptId: wireId(start.attemptId),
    consentId: wireId(start.consentId),
  };
}

function unexpected(detail: string): ProviderFailure {
  const message = "The provider's answer cannot be used.";
  return new ProviderFailure({ kind: "temporary", message, detail });
}
