import type { App } from "../../app.ts";
import { unreachable } from "../../core/assert.ts";
import { type ConnectionEvent, isSyncable } from "../../core/connection-status.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import {
  type ProviderConnection,
  ProviderFailure,
  type WebhookFact,
} from "../../providers/provider.ts";
import { type ConnectionRow, findConnection, lockConnection } from "./connection.ts";
import { enqueueSync } from "./enqueue-sync.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { firstDayOf, rereadFrom } from "./reread.ts";

/**
 * Works on a recorded delivery. It is only a trigger: whether a connection is in trouble is asked of the provider
 * again, because deliveries come late and in any order.
 * @throws ProviderFailure, upon which the job is tried again
 */
export async function handleWebhook(app: App, job: Jobs["handleWebhook"]): Promise<void> {
  const { organisationId, deliveryId } = job;
  const { delivery, connection } = await asOrganisation(app.database, organisationId, (tx) =>
    load(tx, deliveryId),
  );
  if (delivery === null || connection === null || delivery.handledAt !== null) return;
  const fact = providerOf(app, connection).translateWebhook({
    path: delivery.path,
    body: delivery.body,
  });
  const change = await changeOf(app, connection, fact);
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, connection.id);
    if (locked !== null) await apply(tx, locked, change);
    if (locked !== null) await noteDays(tx, locked.id, fact);
    await tx.prisma.webhookDelivery.update({
      where: { organisationId_id: { organisationId, id: deliveryId } },
      data: { handledAt: app.now() },
    });
  });
}

/** What a delivery amounts to. */
interface Change {
  readonly event: ConnectionEvent | null;
  readonly reason: string | null;
  readonly syncs: boolean;
  readonly consentExpiresAt?: Date | null;
}

const nothing: Change = { event: null, reason: null, syncs: false };

async function load(tx: TenantTransaction, deliveryId: string) {
  const { organisationId } = tx;
  const delivery = await tx.prisma.webhookDelivery.findUnique({
    where: { organisationId_id: { organisationId, id: deliveryId } },
  });
  const connection = delivery && (await findConnection(tx, delivery.connectionId));
  return { delivery, connection };
}

async function changeOf(app: App, connection: ConnectionRow, fact: WebhookFact): Promise<Change> {
  switch (fact.kind) {
    case "transactions_available":
      return { event: null, reason: null, syncs: true };
    case "failed":
    case "repaired":
      return troubleNow(await ask(app, connection));
    case "new_accounts":
      return {
        event: { type: "new_accounts_available" },
        reason: "The bank has accounts that are not shared yet.",
        syncs: false,
      };
    case "consent_expiring": {
      const consentExpiresAt = fact.at ?? (await ask(app, connection))?.consentExpiresAt ?? null;
      const reason = consentExpiresAt
        ? `The consent at the bank ends on ${consentExpiresAt.toISOString().slice(0, 10)}.`
        : "The consent at the bank ends soon.";
      return { event: { type: "consent_expiring" }, reason, syncs: false, consentExpiresAt };
    }
    case "revoked":
      return withdrawn(app, connection);
    case "ignored":
      return nothing;
    default:
      return unreachable(fact);
  }
}

/** Null for a connection without a credential, which has been disconnected. */
async function ask(app: App, connection: ConnectionRow): Promise<ProviderConnection | null> {
  const credential = await openConnection(app, connection);
  return credential === null ? null : providerOf(app, connection).fetchConnection(credential);
}

/** Deliveries come late: a consent that was given again in between is well, and a sync shows it. */
async function withdrawn(app: App, connection: ConnectionRow): Promise<Change> {
  const gone = { reason: "The consent was withdrawn.", syncs: false } as const;
  try {
    const known = await ask(app, connection);
    if (known === null) return nothing;
    const trouble = known.failure !== null && known.failure.kind !== "temporary";
    return trouble ? { ...gone, event: { type: "revoked" } } : { ...nothing, syncs: true };
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.kind === "temporary") throw error;
    return { ...gone, event: { type: "revoked" } };
  }
}

function troubleNow(known: ProviderConnection | null): Change {
  if (known === null) return nothing;
  const { failure } = known;
  if (failure === null) return { event: { type: "repaired" }, reason: null, syncs: true };
  return {
    event: { type: "sync_failed", outcome: failure.kind },
    reason: failure.message,
    syncs: false,
  };
}

/** The days to read again, for providers that tell which; the sync that follows asks for them. */
async function noteDays(tx: TenantTransaction, connectionId: string, fact: WebhookFact) {
  if (fact.kind !== "transactions_available") return;
  const { changedFrom, goneExternalIds } = fact;
  const gone = await firstDayOf(tx, connectionId, goneExternalIds);
  for (const day of [changedFrom, gone]) {
    if (day !== null) await rereadFrom(tx, connectionId, day);
  }
}

async function apply(tx: TenantTransaction, connection: ConnectionRow, change: Change) {
  if (change.consentExpiresAt) {
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id: connection.id } },
      data: { consentExpiresAt: change.consentExpiresAt },
    });
  }
  // A repair is news only where something was broken: else it would take back an offer to reconnect.
  const stale = change.event?.type === "repaired" && isSyncable(connection.status);
  const moved =
    change.event && !stale ? await moveStatus(tx, connection, change.event, change.reason) : null;
  const status = moved?.status ?? connection.status;
  if (change.syncs && isSyncable(status)) await enqueueSync(tx, connection.id, "webhook");
}
