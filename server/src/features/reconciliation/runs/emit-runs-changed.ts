import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import { eventIdsMax } from "../../../events/topics.ts";

/** Tells that runs of automatic matching have begun, gone on, ended or been undone. */
export function emitRunsChanged(tx: TenantTransaction, runIds: readonly string[]): void {
  for (let start = 0; start < runIds.length; start += eventIdsMax) {
    const ids = runIds.slice(start, start + eventIdsMax);
    emit(tx, { topic: "matching.changed", runIds: ids, replayIds: [] });
  }
}
