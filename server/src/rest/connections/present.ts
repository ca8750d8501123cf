import type { z } from "zod";
import type { App } from "../../app.ts";
import { connectionActions, nextStep } from "../../core/connection-actions.ts";
import { isCurrencyCode } from "../../core/currencies.ts";
import { lastFour, maskIdentifiers } from "../../core/mask.ts";
import { formatDecimal } from "../../core/money.ts";
import { nextRefreshAt } from "../../core/refresh-cooldown.ts";
import type { BankConnection } from "../../features/connections/connection.ts";
import { stateOf } from "../../features/connections/connection-state.ts";
import { readAccountsOf } from "../../features/connections/read-accounts.ts";
import { readConnections } from "../../features/connections/read-connections.ts";
import { readLastStatusChanges } from "../../features/connections/read-history.ts";
import { NotFound } from "../../features/errors.ts";
import type { Viewer } from "../../features/viewer.ts";
import type { accountSchema, connectionSchema, statusSchema } from "./schemas.ts";

type ConnectionAnswer = z.input<typeof connectionSchema>;
type AccountRow =
  Awaited<ReturnType<typeof readAccountsOf>> extends Map<string, (infer Row)[]> ? Row : never;

const changesMax = 20;

/** A connection as the wire has it, with its accounts. @throws Forbidden, NotFound */
export async function presentConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<ConnectionAnswer> {
  const connection = (await readConnections(app, viewer, [id])).get(id);
  if (connection === undefined) throw new NotFound("bank connection");
  const [presented] = await presentConnections(app, viewer, [connection]);
  if (presented === undefined) throw new TypeError("one connection is presented as one");
  return presented;
}

/** @throws Forbidden */
export async function presentConnections(
  app: App,
  viewer: Viewer,
  connections: readonly BankConnection[],
): Promise<ConnectionAnswer[]> {
  const accounts = await readAccountsOf(
    app,
    viewer,
    connections.map(({ id }) => id),
  );
  return connections.map((connection) => ({
    id: connection.id,
    provider: connection.provider,
    institution_name: connection.institutionName,
    ...standing(app, viewer, connection),
    created_at: connection.createdAt.toISOString(),
    next_sync_at: iso(connection.nextSyncAt),
    consent_expires_at: iso(connection.consentExpiresAt),
    history_days: connection.historyDays,
    deleted_at: iso(connection.deletedAt),
    accounts: (accounts.get(connection.id) ?? []).map(presentAccount),
  }));
}

/** Where a connection stands, and how it came there. @throws Forbidden, NotFound */
export async function presentStatus(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<z.input<typeof statusSchema>> {
  const connection = (await readConnections(app, viewer, [id])).get(id);
  if (connection === undefined) throw new NotFound("bank connection");
  const changes = (await readLastStatusChanges(app, viewer, [id], changesMax)).get(id) ?? [];
  return {
    id,
    ...standing(app, viewer, connection),
    history: changes.map(({ fromStatus, toStatus, cause, createdAt }) => ({
      ...{ from: fromStatus, to: toStatus, cause },
      at: createdAt.toISOString(),
    })),
  };
}

function standing(app: App, viewer: Viewer, connection: BankConnection) {
  const { status, statusReason, lastSyncAt, successfullyAggregatedAt } = connection;
  const state = stateOf(app, connection);
  const manages = viewer.permissions.has("bank_connections:manage");
  return {
    status,
    status_reason: statusReason,
    next_step: nextStep(state),
    actions: manages ? connectionActions(state) : [],
    last_sync_at: iso(lastSyncAt),
    successfully_aggregated_at: iso(successfullyAggregatedAt),
    next_refresh_possible_at: iso(nextRefreshAt(connection, app.now())),
  };
}

function presentAccount(account: AccountRow): z.input<typeof accountSchema> {
  const money = (amountMinor: bigint | null) =>
    amountMinor !== null && isCurrencyCode(account.currency)
      ? {
          amount: formatDecimal({ amountMinor, currency: account.currency }),
          currency: account.currency,
        }
      : null;
  return {
    id: account.id,
    name: maskIdentifiers(account.name),
    kind: account.kind,
    mask: lastFour(account.mask),
    currency: account.currency,
    path: account.path,
    ledger_account_id: account.ledgerAccountId,
    balance: money(account.balanceCurrentMinor),
    available_balance: money(account.balanceAvailableMinor),
    balance_as_of: iso(account.balanceAsOf),
    closed_at: iso(account.closedAt),
  };
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
