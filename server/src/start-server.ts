import path from "node:path";
import type { Logger } from "pino";
import type { App } from "./app.ts";
import type { ServerConfig } from "./config.ts";
import { openDatabase } from "./db/client.ts";
import { pendingMigrations } from "./db/migrate.ts";
import { assertRestrictedRole } from "./db/roles.ts";
import { EventHub } from "./events/hub.ts";
import {
  applyRevocation,
  hearRevocation,
  revocationChannel,
} from "./features/organisations/revocations.ts";
import { schema } from "./graphql/schema.ts";
import { listen, serve } from "./http/server.ts";
import { startWorker } from "./jobs/worker.ts";
import { createLog } from "./log.ts";
import { observeProviderCall } from "./metrics.ts";
import { createPlatforms } from "./platforms/all.ts";
import type { PlatformRegistry } from "./platforms/registry.ts";
import { createProviders } from "./providers/all.ts";
import { loadConnectors } from "./providers/connectors/load.ts";
import type { ProviderRegistry } from "./providers/registry.ts";

export interface StartOptions {
  /** False leaves the jobs to other processes. */
  worker?: boolean;
  now?: () => Date;
  log?: Logger;
  /** In place of those that the configuration names. */
  providers?: ProviderRegistry;
  /** In place of those that the configuration names. */
  platforms?: PlatformRegistry;
  /** Where the built client is. */
  clientFolder?: string;
}

export interface RunningServer {
  readonly app: App;
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /** Stops accepting, ends live connections, lets requests and jobs finish, closes the database. */
  stop(): Promise<void>;
}

/** The database lacks migrations. */
export class DatabaseNotReady extends Error {
  override readonly name = "DatabaseNotReady";
  readonly code = "DATABASE_NOT_READY";
}

const builtClient = path.resolve(import.meta.dirname, "../../client/dist");

/**
 * Starts one server process's worth: database, live events, jobs, HTTP. Several may run on one database.
 * @param given with port 0 for any free port, which the public address then takes over
 * @throws the operating system's error for a port, UnsafeRoleError, DatabaseNotReady
 */
export async function startServer(
  given: ServerConfig,
  options: StartOptions = {},
): Promise<RunningServer> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const listener = await listen(given.port, given.host);
    undo.push(
      () =>
        new Promise((resolve) => {
          listener.server.close(() => resolve());
          listener.server.closeAllConnections();
        }),
    );
    const config = withPort(given, listener.port);
    const log = options.log ?? createLog(config);
    const now = options.now ?? (() => new Date());

    const database = openDatabase({ url: config.databaseUrl, poolSizeMax: config.poolSizeMax });
    undo.push(() => database.close());
    await assertRestrictedRole(database.pool);
    const pending = await pendingMigrations(database.pool);
    if (pending.length > 0) {
      throw new DatabaseNotReady(`The database lacks ${pending.length} migrations: run them first`);
    }

    const hub = new EventHub({
      database,
      url: config.databaseUrl,
      retentionHours: config.eventsRetentionHours,
      now,
      onFailure: (error) => log.warn({ err: error }, "Live events are delayed"),
      channels: {
        [revocationChannel]: (payload) => hearRevocation(database, payload),
      },
      onConnected: () => applyRevocation(database, { kind: "all" }),
    });
    const providers =
      options.providers ??
      createProviders(config, await loadConnectors(config, process.cwd()), {
        onCall: observeProviderCall,
        now,
      });
    const platforms =
      options.platforms ??
      createPlatforms(config, {
        onCall: ({ platform, ...call }) => observeProviderCall({ provider: platform, ...call }),
      });
    const app: App = { config, database, providers, platforms, hub, log, now };
    await hub.start();
    undo.push(() => hub.stop());
    if (options.worker !== false) {
      const worker = await startWorker(app);
      undo.push(() => worker.stop());
    }
    const serving = serve(app, listener, schema, options.clientFolder ?? builtClient);
    undo.push(() => serving.stop());
    return { app, url: `http://${hostInUrl(config.host)}:${listener.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A configuration for any free port says so in its public address once the port is known. */
function withPort(config: ServerConfig, port: number): ServerConfig {
  if (config.port !== 0) return config;
  const publicUrl = new URL(config.publicUrl);
  if (publicUrl.port === "0") publicUrl.port = String(port);
  return { ...config, port, publicUrl: publicUrl.origin };
}

/** An address that listens on every interface is reached by this one. */
function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
