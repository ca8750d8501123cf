import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate, pendingMigrations } from "../../server/src/db/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  folder = mkdtempSync(path.join(os.tmpdir(), "tieout-migrations-"));
});

afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

function writeMigration(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, "migration.sql"), sql);
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("migrations are applied once, in the order of their names", async () => {
  writeMigration("2_second", "ALTER TABLE thing ADD COLUMN size int");
  writeMigration("1_first", "CREATE TABLE thing (id int)");
  expect(await migrate(database.ownerUrl, folder)).toEqual(["1_first", "2_second"]);
  expect(await migrate(database.ownerUrl, folder)).toEqual([]);
  writeMigration("3_third", "DROP TABLE thing");
  expect(await migrate(database.ownerUrl, folder)).toEqual(["3_third"]);
});

test("two starts at once apply each migration once", async () => {
  writeMigration("1_first", "SELECT pg_sleep(0.1); CREATE TABLE thing (id int)");
  const applied = await Promise.all([
    migrate(database.ownerUrl, folder),
    migrate(database.ownerUrl, folder),
  ]);
  expect(applied.flat()).toEqual(["1_first"]);
});

test("a migration that fails leaves nothing of itself and names itself", async () => {
  writeMigration("1_first", "CREATE TABLE thing (id int); SELECT 1 / 0");
  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject({
    code: "FAILED",
    migration: "1_first",
    message: "The migration 1_first failed: division by zero",
  });
  const rows = await query(database.ownerUrl, "SELECT to_regclass('thing') AS thing");
  expect(rows).toEqual([{ thing: null }]);
  writeMigration("1_first", "CREATE TABLE thing (id int)");
  expect(await migrate(database.ownerUrl, folder)).toEqual(["1_first"]);
});

test("an applied migration that was edited is refused", async () => {
  writeMigration("1_first", "CREATE TABLE thing (id int)");
  await migrate(database.ownerUrl, folder);
  writeMigration("1_first", "CREATE TABLE thing (id bigint)");
  const refusal = { code: "EDITED", migration: "1_first" };
  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(refusal);
});

test("a database of a newer version is refused", async () => {
  writeMigration("1_first", "CREATE TABLE thing (id int)");
  writeMigration("2_second", "SELECT 1");
  await migrate(database.ownerUrl, folder);
  rmSync(path.join(folder, "2_second"), { recursive: true });
  const refusal = { code: "UNKNOWN", migration: "2_second" };
  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(refusal);
});

test("a migration that Prisma left half applied is refused", async () => {
  await migrate(database.ownerUrl, folder);
  writeMigration("1_first", "SELECT 1");
  await query(
    database.ownerUrl,
    "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '1_first')",
  );
  const refusal = { code: "UNFINISHED", migration: "1_first" };
  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(refusal);
});

test("the server's role may see what is pending and change none of it", async () => {
  writeMigration("1_first", "SELECT 1");
  await migrate(database.ownerUrl, folder);
  writeMigration("2_second", "SELECT 2");
  const server = new pg.Client({ connectionString: database.serverUrl });
  await server.connect();
  try {
    expect(await pendingMigrations(server, folder)).toEqual(["2_second"]);
    await expect(server.query("DELETE FROM _prisma_migrations")).rejects.toThrow(
      /permission denied/,
    );
    await expect(server.query("CREATE TABLE mine (id int)")).rejects.toThrow(/permission denied/);
  } finally {
    await server.end();
  }
});
