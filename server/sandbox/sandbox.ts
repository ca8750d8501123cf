import type { Faults } from "./faults.ts";
import type { SignIns } from "./link/sign-ins.ts";
import type { Platform } from "./platforms/platform.ts";
import type { Settings } from "./settings.ts";
import type { Deliveries } from "./webhooks/deliver.ts";
import type { Wire, WireFact } from "./wires/wire.ts";
import type { BankFact } from "./world/facts.ts";
import type { World } from "./world/world.ts";

/** What all wires share: one world, its hosted sign-in, its failures and the way webhooks go. */
export interface Sandbox {
  settings: Settings;
  /** Its own address, without a slash at the end. Known once it listens. */
  readonly url: string;
  world: World;
  wires: readonly Wire[];
  platforms: readonly Platform[];
  signIns: SignIns;
  faults: Faults;
  deliveries: Deliveries;
  /** Makes something happen, durably: at the banks, or at the wire or platform that `fact.of` names. */
  record(fact: BankFact | WireFact): void;
}
