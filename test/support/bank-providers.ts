import type { TinkConfig } from "../../server/src/config/tink.ts";
import { sandboxCredentials } from "../../server/src/config.ts";
import { createPlaidProvider } from "../../server/src/providers/plaid/provider.ts";
import { createPontoProvider } from "../../server/src/providers/ponto/provider.ts";
import type { Provider } from "../../server/src/providers/provider.ts";
import { createSaltEdgeProvider } from "../../server/src/providers/saltedge/provider.ts";
import { createTinkProvider } from "../../server/src/providers/tink/provider.ts";
import { pontoTestConfig } from "./ponto-keys.ts";
import { saltEdgeTestConfig } from "./saltedge-keys.ts";

export interface BankProviderOptions {
  /** After which an adapter gives up on an answer; its own default where it is left out. */
  readonly timeoutMs?: number;
}

/** How each adapter is pointed at the sandbox bank at `url`: one entry for each. */
const makers = {
  plaid: (url: string, options: BankProviderOptions) =>
    createPlaidProvider({ ...sandboxCredentials, baseUrl: url, environment: "simulated" }, options),
  ponto: (url: string, options: BankProviderOptions) =>
    createPontoProvider(pontoTestConfig(url), options),
  saltedge: (url: string, options: BankProviderOptions) =>
    createSaltEdgeProvider(saltEdgeTestConfig(url), options),
  tink: (url: string, options: BankProviderOptions) =>
    createTinkProvider(tinkAt(url, [tinkWebhookSecret]), options),
} satisfies Record<string, (url: string, options: BankProviderOptions) => Provider>;

/** What `startTestBank({ tinkWebhookUrl, tinkWebhookSecret })` lets Tink's wire sign with. */
export const tinkWebhookSecret = "a webhook secret for tests";

/** Tink's settings for the sandbox bank at `url`. */
export function tinkAt(url: string, webhookSecrets: string[]): TinkConfig {
  return {
    ...{ clientId: sandboxCredentials.clientId, clientSecret: sandboxCredentials.secret },
    ...{ baseUrl: `${url}/tink`, linkUrl: `${url}/tink-link`, webhookSecrets },
    markets: ["GB", "IE", "DE", "US"],
    environment: "simulated",
  };
}

export type BankProviderName = keyof typeof makers;
export type BankProviders = Readonly<Record<BankProviderName, Provider>>;

/** The adapters of the sandbox bank at `url`, each made when it is first asked for. */
export function bankProviders(url: string, options: BankProviderOptions = {}): BankProviders {
  const made = new Map<string, Provider>();
  const providers = {};
  for (const [name, make] of Object.entries(makers)) {
    const get = () => {
      const provider = made.get(name) ?? make(url, options);
      made.set(name, provider);
      return provider;
    };
    Object.defineProperty(providers, name, { get, enumerable: true });
  }
  return providers as BankProviders;
}
