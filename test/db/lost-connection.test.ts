/** Connections that PostgreSQL ends: whoever works on one is told, whoever comes next gets another. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { type Database, openDatabase } from "../../server/src/db/client.ts";
import { newId } from "../../server/src/db/ids.ts";
import { serverRole } from "../../server/src/db/roles.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  const admin = new pg.Client({ connectionString: own.adminUrl });
  await admin.connect();
  await admin.query(`
    CREATE TABLE dies_at_commit (n int);
    GRANT INSERT ON dies_at_commit TO ${serverRole};
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON dies_at_commit
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()`);
  await admin.end();
  database = openDatabase({ url: own.serverUrl, poolSizeMax: 3 });
});

afterAll(async () => {
  await database.close();
  await own.drop();
});

const inWork = "SELECT pg_terminate_backend(pg_backend_pid())";
const atCommit = "INSERT INTO dies_at_commit VALUES (1)";

const ways = {
  "in a tenant's transaction": (sql: string) =>
    asOrganisation(database, newId(), (tx) => tx.query(sql)),
  "in a transaction of Prisma's": (sql: string) =>
    database.prisma.$transaction((tx) => tx.$executeRawUnsafe(sql)),
  "in a statement alone": (sql: string) => database.pool.query(sql),
};

for (const [name, run] of Object.entries(ways)) {
  test.each([
    ["at work", inWork],
    ["at its commit", atCommit],
  ])(`a connection that ends ${name}, %s, is given to nobody after`, async (_, sql) => {
    for (let round = 0; round < 20; round += 1) {
      await expect(run(sql)).rejects.toThrow();
      const { rows } = await database.pool.query<{ n: number }>("SELECT 1 AS n");
      expect(rows).toEqual([{ n: 1 }]);
    }
  });
}
