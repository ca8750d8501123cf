import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";

/** Tells that exchange rates were loaded or deleted. They are not named: a load has thousands. */
export function emitRatesChanged(tx: TenantTransaction): void {
  emit(tx, { topic: "matching.changed", runIds: [], replayIds: [], rates: true });
}
