import type { AccountingPlatform } from "./platform.ts";

/** The accounting platforms that this installation offers, by name. */
export class PlatformRegistry {
  readonly #byName: ReadonlyMap<string, AccountingPlatform>;

  constructor(platforms: readonly AccountingPlatform[]) {
    this.#byName = new Map(platforms.map((platform) => [platform.description.name, platform]));
  }

  all(): AccountingPlatform[] {
    return [...this.#byName.values()];
  }

  /** Null for a name that is not offered here. */
  find(name: string): AccountingPlatform | null {
    return this.#byName.get(name) ?? null;
  }
}
