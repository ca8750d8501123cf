import type { Sandbox } from "../sandbox.ts";
import { PlannedErrors } from "../wires/planned-errors.ts";
import type { Wire, WireConsent, WireFact, WireTrouble } from "../wires/wire.ts";
import { answerSaltEdge, apiPrefix } from "./answer.ts";
import { callbackNames, isCallbackName, sendBadCallback, sendCallback } from "./callbacks.ts";
import { type Connection, Connections } from "./connections.ts";
import type { SaltEdgeFact } from "./facts.ts";
import { Fetches, failCallbacks } from "./fetches.ts";
import { newId } from "./ids.ts";
import { plannedClasses } from "./problems.ts";
import type { SaltEdgeSandbox } from "./saltedge-sandbox.ts";

/** Salt Edge's API v6 over the world. */
export function createSaltEdgeWire(sandbox: Sandbox): Wire {
  const inside = createInside(sandbox);
  const { connections, fetches, plannedErrors } = inside;
  return {
    name: "saltedge",
    owns: ({ path }) => path === apiPrefix || path.startsWith(`${apiPrefix}/`),
    answer: (request) => answerSaltEdge(inside, request),
    consents: () => connections.live().map((connection) => toConsent(inside, connection)),
    setTrouble: (consentId, trouble) => setTrouble(inside, connections.get(consentId), trouble),
    webhooks: callbackNames,
    sendWebhook: (consentId, what) =>
      isCallbackName(what) && sendCallback(inside, connections.get(consentId), what),
    sendBadWebhook: (consentId, how) => sendBadCallback(inside, connections.get(consentId), how),
    errorCodes: plannedClasses,
    failNext: (consentId, code, count) => plannedErrors.set(consentId, code, count),
    clearFailures: () => plannedErrors.clear(),
    // Calls are signed with the installation's key: a connection has no token that could run out.
    spendToken: () => {},
    apply: (fact) => connections.apply(fact as SaltEdgeFact & WireFact),
    start: () => fetches.start(),
    flush: () => fetches.flush(),
    close: () => fetches.close(),
  };
}

function createInside(sandbox: Sandbox): SaltEdgeSandbox {
  const inside = {
    ...sandbox,
    // Known only later, so not copies.
    get url() {
      return sandbox.url;
    },
    get wires() {
      return sandbox.wires;
    },
    connections: new Connections(sandbox.world),
    plannedErrors: new PlannedErrors(),
  } as unknown as SaltEdgeSandbox;
  inside.fetches = new Fetches(inside);
  return inside;
}

function setTrouble(
  inside: SaltEdgeSandbox,
  connection: Connection,
  trouble: WireTrouble | null,
): void {
  const { connectionId } = connection;
  const [attemptId, at] = [newId(), inside.world.clock.now()];
  inside.record({ of: "saltedge", did: "trouble_set", connectionId, trouble, attemptId, at });
  if (trouble !== null) sendCallback(inside, connection, failCallbacks[trouble]);
  else if (connection.stage === "full") inside.fetches.plan(connection);
  else inside.fetches.prepare(connection);
}

function toConsent(inside: SaltEdgeSandbox, connection: Connection): WireConsent {
  return {
    consentId: connection.connectionId,
    institutionKey: connection.institutionKey,
    paths: connection.paths,
    trouble: inside.connections.troubleOf(connection),
    webhookUrl: inside.settings.saltedgeCallbackUrl ?? null,
    settled: connection.stage === "full",
  };
}
