/** The database of one start: the embedded one, or the one that DATABASE_URL names; migrated. */
import pg from "pg";
import type { Config } from "../src/config.ts";
import { migrate, pendingMigrations } from "../src/db/migrate.ts";
import { assertRestrictedRole, setUpDatabase, withLogin } from "../src/db/roles.ts";
import { startPostgres, superuserName } from "./embedded-postgres.ts";
import { LaunchError } from "./launch-error.ts";

export type OpenedDatabase = {
  /** The restricted role's address. */
  serverUrl: string;
  stop: () => Promise<void>;
  crashed: Promise<string>;
};

/** @throws LaunchError, MigrationError */
export async function openDatabaseOf(config: Config): Promise<OpenedDatabase> {
  if (config.databaseUrl === null) return openEmbedded(config.dataFolder);
  await migrateOwn(config.databaseUrl, config.databaseOwnerUrl);
  return {
    serverUrl: config.databaseUrl,
    stop: async () => {},
    crashed: new Promise(() => {}),
  };
}

async function openEmbedded(dataFolder: string): Promise<OpenedDatabase> {
  const postgres = await startPostgres({ dataFolder, durable: true });
  const { passwords, host, port, stop, crashed } = postgres;
  try {
    const address = `postgres://${host}:${port}/postgres`;
    const { ownerUrl, serverUrl } = await setUpDatabase(
      withLogin(address, superuserName, passwords.superuser, "postgres"),
      { database: "tieout", ownerPassword: passwords.owner, serverPassword: passwords.server },
    );
    await migrate(ownerUrl);
    return { serverUrl, stop, crashed };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function migrateOwn(serverUrl: string, ownerUrl: string | null): Promise<void> {
  if (ownerUrl !== null) await reach("DATABASE_OWNER_URL", () => migrate(ownerUrl));
  await reach("DATABASE_URL", async () => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      const pending = await pendingMigrations(client);
      if (pending.length > 0) {
        throw new LaunchError(
          `DATABASE_OWNER_URL is missing: the database waits for ${pending.length} migration(s)`,
        );
      }
      await assertRestrictedRole(client);
    } finally {
      await client.end();
    }
  });
}

/** From the network; SQLSTATE classes 08 (connection), 28 (login), 3D (no such database). */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|08...|28...|3D...)$/;

/** Puts the setting's name before what the network or PostgreSQL has against it. */
export async function reach<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== "string" || !unreachable.test(code)) throw error;
    throw new LaunchError(`${name} does not lead to a database: ${message || code}`);
  }
}
