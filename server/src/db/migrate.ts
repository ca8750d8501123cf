/**
 * Applies prisma/migrations in order, each in one database transaction, and keeps the history in
 * Prisma's own table, so that `prisma migrate deploy` and this agree about what has been applied.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { migrateJobs } from "./migrate-jobs.ts";
import { type Queryable, serverRole } from "./roles.ts";

/** The lock that Prisma's own migration takes, so that the two never run side by side. */
const migrationLock = 72_707_369;
const lockMsMax = 60_000;

const migrationsFolder = path.resolve(import.meta.dirname, "../../../prisma/migrations");

export type MigrationProblem = "EDITED" | "UNKNOWN" | "UNFINISHED" | "FAILED" | "LOCKED";

export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly code: MigrationProblem;
  /** The migration's folder name; "" for LOCKED. */
  readonly migration: string;

  constructor(code: MigrationProblem, migration: string, message: string) {
    super(message);
    this.code = code;
    this.migration = migration;
  }
}

type Migration = { name: string; sql: string; checksum: string };

/**
 * Brings the database up to date: tables and policies, then the job queue's own schema.
 * @param ownerUrl address of the role that owns the tables
 * @param folder for tests; otherwise prisma/migrations
 * @returns the names that were applied now, in order
 * @throws MigrationError
 */
export async function migrate(ownerUrl: string, folder = migrationsFolder): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await lock(client);
    await client.query(historyTable);
    const pending = await findPending(client, readMigrations(folder));
    for (const migration of pending) await apply(client, migration);
    await migrateJobs(client, ownerUrl);
    // The server looks at the history to refuse a database that does not fit it.
    await client.query(`GRANT SELECT ON _prisma_migrations TO ${serverRole}`);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * The migrations that the database still lacks. The server's role may ask.
 * @throws MigrationError when the history and the folder disagree
 */
export async function pendingMigrations(
  connection: Queryable,
  folder = migrationsFolder,
): Promise<string[]> {
  const migrations = readMigrations(folder);
  const { rows } = await connection.query<{ exists: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists",
  );
  if (!rows[0]?.exists) return migrations.map(({ name }) => name);
  const pending = await findPending(connection, migrations);
  return pending.map(({ name }) => name);
}

// As Prisma creates it.
const historyTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

async function lock(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET client_min_messages = warning; SET lock_timeout = ${lockMsMax}`);
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    await client.query("SET lock_timeout = 0");
  } catch (error) {
    if ((error as { code?: string }).code !== "55P03") throw error;
    throw new MigrationError("LOCKED", "", "Another migration has held the lock for a minute");
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "migration.sql")))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

async function findPending(connection: Queryable, migrations: Migration[]): Promise<Migration[]> {
  const { rows: history } = await connection.query<{
    migration_name: string;
    checksum: string;
    finished: boolean;
  }>(`
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`);
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const applied = new Set<string>();
  for (const { migration_name: name, checksum, finished } of history) {
    const migration = byName.get(name);
    if (!migration) {
      throw new MigrationError(
        "UNKNOWN",
        name,
        `The database has the migration ${name}, which this version does not have: it is newer`,
      );
    }
    if (!finished) {
      throw new MigrationError("UNFINISHED", name, `The migration ${name} was left half applied`);
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        "EDITED",
        name,
        `The migration ${name} was edited after it had been applied: put it back, add a new one`,
      );
    }
    applied.add(name);
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError("FAILED", name, `The migration ${name} failed: ${reason}`);
  }
}
