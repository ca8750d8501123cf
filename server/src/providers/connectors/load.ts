import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { createGuardedFetch } from "../guarded-fetch.ts";
import type { Provider } from "../provider.ts";
import type { Connector } from "./connector.ts";
import { containConnector } from "./contain.ts";

const timeoutMs = 20_000;
const bodyBytesMax = 16 * 1_048_576;

/** A connector that cannot be used, in one line for the operator. */
export class ConnectorUnusable extends Error {
  override readonly name = "ConnectorUnusable";
  readonly code = "CONNECTOR_UNUSABLE";
}

/**
 * Loads the packages (or files, relative to `folder`) that the operator named, and makes their providers. One that
 * does not fit keeps the server from starting: a bank that silently does not sync is worse.
 * @throws ConnectorUnusable
 */
export async function loadConnectors(
  config: Pick<Config, "connectors">,
  folder: string,
): Promise<Provider[]> {
  const { modules, settings, privateHosts } = config.connectors;
  const fetch = createGuardedFetch({ privateHosts, timeoutMs, bodyBytesMax });
  const providers: Provider[] = [];
  for (const specifier of modules) {
    const connector = await importConnector(specifier, folder);
    const own = settingsOf(connector, settings);
    const provider = create(connector, specifier, () => connector.create({ settings: own, fetch }));
    providers.push(containConnector(provider));
  }
  return providers;
}

const shape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  settings: z.array(
    z.object({
      name: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/),
      description: z.string(),
      optional: z.boolean().optional(),
    }),
  ),
  create: z.custom<Connector["create"]>((value) => typeof value === "function"),
});

async function importConnector(specifier: string, folder: string): Promise<Connector> {
  const isFile = specifier.startsWith(".") || path.isAbsolute(specifier);
  const target = isFile ? pathToFileURL(path.resolve(folder, specifier)).href : specifier;
  let exported: unknown;
  try {
    ({ default: exported } = (await import(target)) as { default?: unknown });
  } catch (error) {
    throw unusable(specifier, `cannot be loaded: ${(error as Error).message.split("\n")[0]}`);
  }
  const parsed = shape.safeParse(exported);
  if (parsed.success) return exported as Connector;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "its default export";
  throw unusable(specifier, `is no connector: ${where} ${issue?.message ?? ""}`.trim());
}

/** The connector's settings, read from `CONNECTOR_<NAME>_<SETTING>`. */
function settingsOf(connector: Connector, all: Config["connectors"]["settings"]) {
  const prefix = `CONNECTOR_${connector.name.toUpperCase().replaceAll("-", "_")}_`;
  const own: Record<string, string> = {};
  for (const { name, description, optional } of connector.settings) {
    const value = all[`${prefix}${name}`];
    if (value !== undefined) own[name] = value;
    else if (!optional) throw new ConnectorUnusable(`${prefix}${name} is missing: ${description}`);
  }
  return own;
}

function create(connector: Connector, specifier: string, make: () => Provider): Provider {
  let provider: Provider;
  try {
    provider = make();
  } catch (error) {
    throw unusable(specifier, `does not start: ${(error as Error).message}`);
  }
  const { name, kind } = provider.description;
  if (name !== connector.name || kind !== "connector") {
    throw unusable(specifier, `must describe itself as the connector "${connector.name}"`);
  }
  return provider;
}

function unusable(specifier: string, what: string): ConnectorUnusable {
  return new ConnectorUnusable(`CONNECTORS: ${specifier} ${what}`);
}
