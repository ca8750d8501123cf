import type { Sandbox } from "../sandbox.ts";
import type { PlannedErrors } from "../wires/planned-errors.ts";
import type { BankFact } from "../world/facts.ts";
import type { PlaidFact } from "./facts.ts";
import type { Items } from "./items.ts";
import type { Keys } from "./keys.ts";
import type { LinkTokens } from "./link-tokens.ts";
import type { Updates } from "./updates.ts";

/** The sandbox, with what only Plaid's wire has. */
export interface PlaidSandbox extends Sandbox {
  items: Items;
  links: LinkTokens;
  keys: Keys;
  updates: Updates;
  plannedErrors: PlannedErrors;
  record(fact: BankFact | PlaidFact): void;
}
