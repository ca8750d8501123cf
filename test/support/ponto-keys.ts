/** The keys of both sides of Ponto's wire, made once for each test process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { keepPontoKeys } from "../../server/launch/provider-keys/ponto.ts";
import type { PontoWire } from "../../server/sandbox/ponto/wire-ponto.ts";
import type { Settings } from "../../server/sandbox/settings.ts";
import type { RunningSandbox } from "../../server/sandbox/start.ts";
import type { PontoConfig } from "../../server/src/config/ponto.ts";
import { loadConfig } from "../../server/src/config.ts";

let folder: Promise<string> | undefined;

/** What the sandbox has to know of it. */
export async function pontoBankSettings(): Promise<Partial<Settings>> {
  folder ??= makeFolder();
  return { pontoKeysFolder: await folder };
}

async function makeFolder(): Promise<string> {
  const parent = mkdtempSync(path.join(tmpdir(), "tieout-ponto-"));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  // That is how Vitest ends its workers, and a process that ends so tells no exit.
  process.once("SIGTERM", () => process.exit());
  const keys = path.join(parent, "keys");
  await keepPontoKeys(keys);
  return keys;
}

/** Where the API of each running bank is, by the bank's own address: it has a port of its own. */
const apis = new Map<string, { apiUrl: string; keys: string }>();

export function rememberPonto({ url, sandbox }: RunningSandbox): void {
  const wire = sandbox.wires.find(({ name }) => name === "ponto") as PontoWire | undefined;
  const keys = sandbox.settings.pontoKeysFolder;
  if (wire && keys) apis.set(url, { apiUrl: wire.apiUrl, keys });
}

/** The adapter's configuration for the sandbox bank at `url`, which `startTestBank` has started. */
export function pontoTestConfig(url: string): PontoConfig {
  const api = apis.get(url);
  if (api === undefined) throw new Error(`no test bank with Ponto was started at ${url}`);
  const { ponto } = loadConfig({
    SANDBOX_URL: url,
    PONTO_SANDBOX_KEYS: api.keys,
    PONTO_SANDBOX_URL: api.apiUrl,
  });
  if (ponto === null) throw new Error("Ponto's settings are not complete");
  return ponto;
}
