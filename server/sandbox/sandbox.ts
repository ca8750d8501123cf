import type { Faults } from "./faults.ts";
import type { LinkTokens } from "./link/tokens.ts";
import type { PlaidFact } from "./plaid/facts.ts";
import type { Items } from "./plaid/items.ts";
import type { Updates } from "./plaid/updates.ts";
import type { Settings } from "./settings.ts";
import type { Deliveries } from "./webhooks/deliver.ts";
import type { Keys } from "./webhooks/keys.ts";
import type { BankFact } from "./world/facts.ts";
import type { World } from "./world/world.ts";

/** Everything a request handler may reach. */
export interface Sandbox {
  settings: Settings;
  /** Its own address, without a slash at the end. */
  url: string;
  world: World;
  items: Items;
  links: LinkTokens;
  keys: Keys;
  faults: Faults;
  deliveries: Deliveries;
  updates: Updates;
  /** Makes something happen, durably. */
  record(fact: BankFact | PlaidFact): void;
}
