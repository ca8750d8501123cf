import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";

/** Tells of accounting connections, feeds and pushes that are new or have changed. */
export function emitAccountingChanged(
  tx: TenantTransaction,
  changed: {
    readonly connectionId?: string;
    readonly feedIds?: readonly string[];
    readonly operationIds?: readonly string[];
  },
): void {
  emit(tx, {
    topic: "accounting.changed",
    connectionIds: changed.connectionId === undefined ? [] : [changed.connectionId],
    feedIds: (changed.feedIds ?? []).slice(0, eventIdsMax),
    operationIds: (changed.operationIds ?? []).slice(0, eventIdsMax),
  });
}
