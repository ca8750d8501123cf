import type { Config } from "../config.ts";
import { type LimitOptions, withLimits } from "./limits.ts";
import { createPlaidProvider } from "./plaid/provider.ts";
import { createPontoProvider } from "./ponto/provider.ts";
import type { Provider } from "./provider.ts";
import { createPushProvider } from "./push/provider.ts";
import { ProviderRegistry } from "./registry.ts";
import { createSaltEdgeProvider } from "./saltedge/provider.ts";
import { createTinkProvider } from "./tink/provider.ts";

/** Every provider that the configuration gives keys for, and the operator's connectors, each behind its limits. */
export function createProviders(
  config: Config,
  connectors: readonly Provider[] = [],
  limits: LimitOptions = {},
): ProviderRegistry {
  const providers = [
    ...(config.plaid ? [createPlaidProvider(config.plaid)] : []),
    ...(config.ponto ? [createPontoProvider(config.ponto)] : []),
    ...(config.saltedge ? [createSaltEdgeProvider(config.saltedge)] : []),
    ...(config.tink ? [createTinkProvider(config.tink)] : []),
    ...connectors,
    createPushProvider(),
  ];
  return new ProviderRegistry(providers.map((provider) => withLimits(provider, limits)));
}
