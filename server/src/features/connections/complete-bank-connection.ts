import type { App } from "../../app.ts";
import { unreachable } from "../../core/assert.ts";
import { type ConsentOutcome, ProviderFailure } from "../../providers/provider.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { returnUrl } from "./addresses.ts";
import type { ConnectionRow } from "./connection.ts";
import { CredentialUnreadable } from "./credentials.ts";
import { claimFlow, releaseFlow } from "./hosted-flow.ts";
import { openLinkToken } from "./link-token.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { parseReturned } from "./return-state.ts";
import { takeUpConsent, takeUpRepair } from "./take-up-consent.ts";

/**
 * Takes up what a person did on the provider's page: stores the credential and queues the first sync, or notes that
 * they gave up. Twice, or by two at once, it has one effect: the second waits for the first.
 * @param returned the query that the browser came back with; null to ask without anybody having come back, which not
 *   every provider can answer
 * @throws Forbidden, NotFound, InvalidInput, Conflict, ProviderFailure
 */
export async function completeBankConnection(
  app: App,
  viewer: Viewer,
  id: string,
  returned: string | null = null,
): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  const query = parseReturned(returned);
  const connection = await claimFlow(app, viewer.organisationId, id, query);
  if (connection === null) return;
  let outcome: ConsentOutcome;
  try {
    outcome = await outcomeOf(app, connection, query);
  } catch (error) {
    const unreadable = error instanceof CredentialUnreadable;
    const over = unreadable || (error instanceof ProviderFailure && error.kind === "final");
    await releaseFlow(app, connection, over);
    if (unreadable) throw new Conflict("This sign-in cannot be read any more: start again.");
    throw error;
  }
  switch (outcome.kind) {
    case "completed":
      return takeUpConsent(app, viewer, connection.id, outcome);
    case "repaired":
      return takeUpRepair(app, viewer, connection, outcome.credential);
    case "cancelled":
      return releaseFlow(app, connection, true);
    case "unfinished":
      return releaseFlow(app, connection, lapsed(app, connection));
    default:
      return unreachable(outcome);
  }
}

async function outcomeOf(
  app: App,
  connection: ConnectionRow,
  returned: URLSearchParams | null,
): Promise<ConsentOutcome> {
  const provider = providerOf(app, connection);
  const owner = { organisationId: connection.organisationId, connectionId: connection.id };
  return provider.completeConsent({
    linkToken: openLinkToken(app.config.tokenKeys, owner, connection.linkToken ?? ""),
    repair: connection.linkRepairs ? await openConnection(app, connection) : null,
    returned,
    returnUrl: returnUrl(app.config),
  });
}

function lapsed(app: App, { linkExpiresAt }: ConnectionRow): boolean {
  return linkExpiresAt !== null && linkExpiresAt <= app.now();
}
