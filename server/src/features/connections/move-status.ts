import type { ConnectionCause } from "../../core/connection-cause.ts";
import { type ConnectionEvent, nextStatus, type Transition } from "../../core/connection-status.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { emit } from "../../events/emit.ts";
import type { ConnectionRow } from "./connection.ts";

/**
 * Tells a locked connection what happened, and records the change of status if core says that there is one.
 * @param reason a sentence for people about a status that is not simply good
 */
export async function moveStatus(
  tx: TenantTransaction,
  connection: Pick<ConnectionRow, "id" | "status" | "statusReason">,
  event: ConnectionEvent,
  reason: string | null = null,
): Promise<Transition> {
  const transition = nextStatus(connection.status, event);
  if (transition.refused !== null) return transition;
  const { status, changed } = transition;
  if (!changed && !explains(connection.status, event, reason)) return transition;
  if (!changed && reason === connection.statusReason) return transition;
  await tx.prisma.bankConnection.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id: connection.id } },
    data: { status, statusReason: reason },
  });
  if (changed) await recordStatusChange(tx, connection, status, event.type, reason);
  emit(tx, { topic: "bank_connection.changed", connectionId: connection.id });
  return transition;
}

/** The timeline's entry. Public for the first one, which no event leads to. */
export async function recordStatusChange(
  tx: TenantTransaction,
  connection: { id: string; status: ConnectionRow["status"] | null },
  toStatus: ConnectionRow["status"],
  cause: ConnectionCause,
  reason: string | null = null,
): Promise<void> {
  await tx.prisma.connectionStatusChange.create({
    data: {
      id: newId(),
      organisationId: tx.organisationId,
      connectionId: connection.id,
      fromStatus: connection.status,
      toStatus,
      cause,
      reason,
    },
  });
}

/** Whether the event would have led to this status by itself; an outage must not explain a missing sign-in. */
function explains(
  status: ConnectionRow["status"],
  event: ConnectionEvent,
  reason: string | null,
): boolean {
  return reason !== null && nextStatus("active", event).status === status;
}
