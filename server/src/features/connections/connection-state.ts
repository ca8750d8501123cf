import type { App } from "../../app.ts";
import {
  type ConnectionAction,
  type ConnectionState,
  connectionActions,
  refusalOf,
} from "../../core/connection-actions.ts";
import { Conflict } from "../errors.ts";
import type { BankConnection } from "./connection.ts";

/** A provider that is no longer configured is taken to sync this often, in hours. */
const everyHoursUnknown = 24;

/** What decides on what can be done about a connection now. */
export function stateOf(
  app: App,
  connection: Pick<
    BankConnection,
    "provider" | "status" | "credentialKeyId" | "linkUrl" | "linkExpiresAt"
  >,
): ConnectionState {
  const { status, credentialKeyId, linkUrl, linkExpiresAt } = connection;
  const description = app.providers.find(connection.provider)?.description;
  return {
    status,
    hasCredential: credentialKeyId !== null,
    flowOpen: linkUrl !== null && linkExpiresAt !== null && linkExpiresAt > app.now(),
    supportsRefresh: description?.supportsRefresh ?? false,
    pulls: isPulled(app, connection),
  };
}

/** @throws Conflict, with the reason, for an action that is not offered now */
export function requireAction(
  app: App,
  connection: Parameters<typeof stateOf>[1],
  action: ConnectionAction,
): void {
  const state = stateOf(app, connection);
  if (!connectionActions(state).includes(action)) throw new Conflict(refusalOf(action, state));
}

/** How often a provider's connections are synced when no webhook comes, in whole hours, whatever a connector says. */
export function rhythmOf(app: App, connection: Pick<BankConnection, "provider">): number {
  const hours = app.providers.find(connection.provider)?.description.syncEveryHours;
  return Math.max(1, Math.round(hours ?? everyHoursUnknown));
}

/** False where the bank's side pushes, and where the provider is no longer configured. */
export function isPulled(app: App, connection: Pick<BankConnection, "provider">): boolean {
  const description = app.providers.find(connection.provider)?.description;
  return description !== undefined && description.kind !== "push";
}
