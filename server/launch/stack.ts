/** Everything of one start, in its order, and its end in the opposite one. */
import path from "node:path";
import type { Config } from "../src/config.ts";
import { demoTokenKeys, eraseDataFolder, openDataFolder, sandboxStateFile } from "./data-folder.ts";
import { lockFolder } from "./folder-lock.ts";
import { freePort } from "./free-port.ts";
import { LaunchError } from "./launch-error.ts";
import { openDatabaseOf } from "./open-database.ts";
import { playOnce } from "./play-once.ts";
import { type ManagedProcess, startProcess } from "./processes.ts";
import { noProviderKeys, type ProviderKeys, providerKeys } from "./provider-keys.ts";
import { inRepository } from "./repository.ts";
import { seedDemo } from "./seed-demo.ts";
import type { Settings } from "./settings.ts";

export type Stack = {
  server: ManagedProcess;
  sandbox: ManagedProcess | null;
  /** The demo's books were written just now. */
  seeded: boolean;
  /** Settles when something ended that is not worth starting again. */
  failed: Promise<string>;
  /** Server first, PostgreSQL last. Safe to call twice. */
  stop: () => Promise<void>;
};

/**
 * @param prepare what else has to be made before the server starts; runs beside PostgreSQL's start
 * @param requested when it settles during the start, what was started is stopped and the process ends
 * @throws LaunchError, MigrationError, UnsafeRoleError; what was started is stopped first
 */
export async function startStack(
  { config, env, reset }: Settings,
  prepare: () => Promise<unknown>,
  requested: Promise<unknown>,
): Promise<Stack> {
  const undo: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= unwind(undo);
    return stopped;
  };
  let complete = false;
  requested.then(async () => {
    if (complete) return;
    await stop();
    // What is half started follows by itself: it sees that this process is gone.
    process.exit(0);
  });
  try {
    await refuseUsedPort(config);
    if (config.kind === "demo") {
      openDataFolder(config.dataFolder);
      const lock = lockFolder(config.dataFolder, config.publicUrl);
      undo.push(lock.release);
    }
    if (reset) await startOver(config);
    const demo = config.kind === "demo";
    const keys = demo ? await providerKeys(config.dataFolder, config.publicUrl) : noProviderKeys;
    const preparing = prepare();
    const banking = demo && config.plaid === null ? startSandbox(config, env, keys) : null;
    // Both are looked at below; a failure meanwhile must not count as one that nobody handles.
    preparing.catch(() => {});
    banking?.catch(() => {});
    undo.push(async () => (await banking?.catch(() => null))?.stop());
    const database = await openDatabaseOf(config);
    undo.push(database.stop);
    const failures = [database.crashed.then((how) => `PostgreSQL ended (${how})`)];

    const today = new Date().toISOString().slice(0, 10);
    const seeded = demo && (await seedDemo(database.serverUrl, today));
    await preparing;
    const sandbox = await banking;
    if (sandbox) failures.push(sandbox.failed);
    const server = await startProcess({
      name: "The server",
      script: inRepository("server/src/main.ts"),
      env: {
        ...(sandbox ? keys.server : {}),
        ...serverEnvironment(config, env, database.serverUrl, sandbox?.url),
      },
    });
    undo.push(server.stop);
    failures.push(server.failed);
    if (demo) await playOnce(server.url, { folder: config.dataFolder, today, seeded });
    complete = true;
    return { server, sandbox, seeded, failed: Promise.race(failures), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function unwind(undo: (() => Promise<void> | void)[]): Promise<void> {
  for (const step of undo.reverse()) await step();
}

async function refuseUsedPort({ port, host }: Config): Promise<void> {
  try {
    const { release } = await freePort(port, host);
    await release();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new LaunchError(
        `Port ${port} is in use: stop what uses it, or choose another with --port`,
      );
    }
    throw new LaunchError(`HOST and PORT (${host}:${port}) cannot be listened on: ${message}`);
  }
}

async function startOver(config: Config): Promise<void> {
  if (config.databaseUrl !== null) {
    throw new LaunchError("--reset is for the demo's own database, not for one in DATABASE_URL");
  }
  await eraseDataFolder(config.dataFolder);
}

/** The sandbox bank's hosted pages are opened in the browser: near the server's port, when free. */
async function startSandbox(
  config: Config,
  env: NodeJS.ProcessEnv,
  keys: ProviderKeys,
): Promise<ManagedProcess> {
  const wanted = config.port + 100;
  const { port, release } = await freePort(wanted).catch(() => freePort());
  await release();
  return startProcess({
    name: "The sandbox bank",
    script: inRepository("server/sandbox/main.ts"),
    env: {
      ...withoutSecrets(env),
      ...keys.sandbox,
      SANDBOX_PORT: env.SANDBOX_PORT ?? String(port),
      SANDBOX_STATE_FILE: sandboxStateFile(config.dataFolder),
    },
  });
}

function serverEnvironment(
  config: Config,
  env: NodeJS.ProcessEnv,
  databaseUrl: string,
  sandboxUrl: string | undefined,
): NodeJS.ProcessEnv {
  // The owner's address is for migrations, which are done: the server never has it.
  const { DATABASE_OWNER_URL: _, ...inherited } = env;
  if (config.kind === "installation") return inherited;
  return {
    ...inherited,
    TIEOUT_DEMO: "true",
    TIEOUT_DATA_DIR: path.resolve(config.dataFolder),
    DATABASE_URL: databaseUrl,
    TOKEN_KEYS: env.TOKEN_KEYS ?? demoTokenKeys(config.dataFolder),
    // A demo's terminal shows the address and the sign-in, not every request.
    LOG_LEVEL: env.LOG_LEVEL ?? "warn",
    ...(sandboxUrl === undefined ? {} : { SANDBOX_URL: sandboxUrl }),
  };
}

/** The sandbox bank is an outsider to the server, so it gets none of its secrets. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL, DATABASE_OWNER_URL, TOKEN_KEYS, PLAID_SECRET, SANDBOX_URL, ...others } =
    env;
  const { TINK_CLIENT_SECRET, TINK_WEBHOOK_SECRETS, ...more } = others;
  const { SALTEDGE_SECRET, SALTEDGE_PRIVATE_KEY, ...still } = more;
  const { PONTO_CLIENT_SECRET, PONTO_PRIVATE_KEY, PONTO_SIGNATURE_KEY, ...last } = still;
  const { CODAT_API_KEY, CODAT_WEBHOOK_SECRETS, ...rest } = last;
  return rest;
}
