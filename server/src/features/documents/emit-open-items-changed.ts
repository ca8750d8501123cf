import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";

/** Tells of new or changed open items, a large change in several events. */
export function emitOpenItemsChanged(tx: TenantTransaction, ids: readonly string[]): void {
  for (let start = 0; start < ids.length; start += eventIdsMax) {
    emit(tx, { topic: "open_items.changed", openItemIds: ids.slice(start, start + eventIdsMax) });
  }
}
