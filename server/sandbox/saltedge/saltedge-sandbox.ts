import type { Sandbox } from "../sandbox.ts";
import type { PlannedErrors } from "../wires/planned-errors.ts";
import type { BankFact } from "../world/facts.ts";
import type { Connections } from "./connections.ts";
import type { SaltEdgeFact } from "./facts.ts";
import type { Fetches } from "./fetches.ts";

/** The sandbox, with what only Salt Edge's wire has. */
export interface SaltEdgeSandbox extends Sandbox {
  connections: Connections;
  fetches: Fetches;
  plannedErrors: PlannedErrors;
  record(fact: BankFact | SaltEdgeFact): void;
}
