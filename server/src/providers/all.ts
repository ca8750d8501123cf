import type { Config } from "../config.ts";
import { createPlaidProvider } from "./plaid/provider.ts";
import { ProviderRegistry } from "./registry.ts";

/** Every provider that the configuration gives keys for. */
export function createProviders(config: Pick<Config, "plaid">): ProviderRegistry {
  return new ProviderRegistry(config.plaid ? [createPlaidProvider(config.plaid)] : []);
}
