/** What the demo's server and the sandbox bank must know of each other to speak as a provider does. */
import path from "node:path";
import { keptFile } from "./data-folder.ts";
import { codatKeys } from "./provider-keys/codat.ts";
import { pontoKeys } from "./provider-keys/ponto.ts";
import { saltEdgeKeys } from "./provider-keys/saltedge.ts";
import { tinkKeys } from "./provider-keys/tink.ts";

export type KeysOf = {
  /** The address that webhooks are sent to; no trailing slash. */
  publicUrl: string;
  /** A text that is made on the first start and kept, secret, under its name. */
  kept: (name: string, make: () => string) => string;
};

export type ProviderKeys = {
  /** For the server's environment; what is set there already wins. */
  server: Record<string, string>;
  /** For the sandbox bank's. */
  sandbox: Record<string, string>;
};

export const noProviderKeys: ProviderKeys = { server: {}, sandbox: {} };

/** One line for each provider. The folder is where what is kept is, for keys that are files. */
const makers: ((of: KeysOf, folder: string) => ProviderKeys | Promise<ProviderKeys>)[] = [
  // In alphabetical order.
  codatKeys,
  pontoKeys,
  saltEdgeKeys,
  tinkKeys,
];

export async function providerKeys(dataFolder: string, publicUrl: string): Promise<ProviderKeys> {
  const kept: KeysOf["kept"] = (name, make) => keptFile(dataFolder, `provider-keys/${name}`, make);
  const folder = path.join(dataFolder, "provider-keys");
  const all: ProviderKeys = { server: {}, sandbox: {} };
  for (const make of makers) {
    const { server, sandbox } = await make({ publicUrl, kept }, folder);
    Object.assign(all.server, server);
    Object.assign(all.sandbox, sandbox);
  }
  return all;
}
