import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";

/** Tells of changed bank transactions, a large change in several events. */
export function emitTransactionsChanged(tx: TenantTransaction, changed: readonly string[]): void {
  for (let start = 0; start < changed.length; start += eventIdsMax) {
    emit(tx, {
      topic: "bank_transactions.changed",
      added: [],
      changed: changed.slice(start, start + eventIdsMax),
      removed: [],
    });
  }
}
