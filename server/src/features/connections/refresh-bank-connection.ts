import type { App } from "../../app.ts";
import { unreachable } from "../../core/assert.ts";
import { nextRefreshAt } from "../../core/refresh-cooldown.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { ProviderFailure, type RefreshOutcome } from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound, RefreshTooSoon } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ConnectionRow, lockConnection } from "./connection.ts";
import { requireAction } from "./connection-state.ts";
import { enqueueSyncAfterRefresh } from "./enqueue-sync.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";

/**
 * Asks the provider to fetch fresher data from the bank. The request is noted before the provider is called, under the
 * row's lock: of two at once, on whichever screen or server, one asks and the other is told when it is next possible.
 * What was fetched is pulled by syncs that follow.
 * @throws Forbidden, NotFound, Conflict, RefreshTooSoon, ProviderFailure
 */
export async function refreshBankConnection(app: App, viewer: Viewer, id: string): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  const requestedAt = app.now();
  const connection = await reserve(app, viewer, id, requestedAt);
  let outcome: RefreshOutcome;
  try {
    const credential = await openConnection(app, connection);
    if (credential === null) throw new Conflict("This bank was never connected: start again.");
    outcome = await providerOf(app, connection).refresh(credential);
  } catch (error) {
    await giveBack(app, connection, requestedAt, error);
    throw error;
  }
  switch (outcome.kind) {
    case "requested":
      return followUp(app, viewer, connection, requestedAt);
    case "too_soon":
      return refused(app, connection, outcome.possibleAt);
    default:
      return unreachable(outcome);
  }
}

/** Takes the connection's one refresh of the hour. @returns the row as it was before */
function reserve(app: App, viewer: Viewer, id: string, now: Date): Promise<ConnectionRow> {
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockConnection(tx, id);
    if (connection === null) throw new NotFound("bank connection");
    requireAction(app, connection, "refresh");
    const possibleAt = nextRefreshAt(connection, now);
    if (possibleAt !== null) throw new RefreshTooSoon(possibleAt);
    await note(tx, connection, { refreshRequestedAt: now });
    return connection;
  });
}

async function followUp(
  app: App,
  viewer: Viewer,
  { id, organisationId, institutionName }: ConnectionRow,
  requestedAt: Date,
): Promise<void> {
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked !== null && locked.status !== "deleted") {
      await enqueueSyncAfterRefresh(tx, id, requestedAt);
    }
    await recordAudit(tx, viewer, {
      action: "bank_connection.refresh_requested",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: institutionName },
    });
  });
}

/** @throws RefreshTooSoon always: what the bank allows and the hour that the request cost, whichever is later */
async function refused(app: App, { id, organisationId }: ConnectionRow, notBefore: Date) {
  const possibleAt = await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null) throw new NotFound("bank connection");
    await note(tx, locked, { refreshNotBefore: notBefore });
    return nextRefreshAt({ ...locked, refreshNotBefore: notBefore }, app.now());
  });
  throw new RefreshTooSoon(possibleAt ?? notBefore);
}

/** Nothing came of the request, so the hour is not lost; a sign-in that turned out to be needed is told at once. */
async function giveBack(
  app: App,
  connection: ConnectionRow,
  requestedAt: Date,
  error: unknown,
): Promise<void> {
  const { id, organisationId, refreshRequestedAt } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked?.refreshRequestedAt?.getTime() !== requestedAt.getTime()) return;
    const retryAt = error instanceof ProviderFailure ? error.retryAt : null;
    await note(tx, locked, { refreshRequestedAt, ...(retryAt && { refreshNotBefore: retryAt }) });
    if (!(error instanceof ProviderFailure) || error.kind === "temporary") return;
    const event = { type: "sync_failed", outcome: error.kind } as const;
    await moveStatus(tx, locked, event, error.message);
  });
}

/** Every open screen counts down by what is in the row. */
async function note(
  tx: TenantTransaction,
  { id }: ConnectionRow,
  data: { refreshRequestedAt?: Date | null; refreshNotBefore?: Date },
): Promise<void> {
  await tx.prisma.bankConnection.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
    data,
  });
  emit(tx, { topic: "bank_connection.changed", connectionId: id });
}
