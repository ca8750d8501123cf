import type { Provider } from "./provider.ts";

/** The providers that this installation offers, by name. */
export class ProviderRegistry {
  readonly #byName: ReadonlyMap<string, Provider>;

  constructor(providers: readonly Provider[]) {
    this.#byName = new Map(providers.map((provider) => [provider.description.name, provider]));
  }

  all(): Provider[] {
    return [...this.#byName.values()];
  }

  /** Null for a name that is not offered here. */
  find(name: string): Provider | null {
    return this.#byName.get(name) ?? null;
  }
}
