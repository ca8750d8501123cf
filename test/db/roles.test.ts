import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  assertRestrictedRole,
  serverRole,
  setUpDatabase,
  withLogin,
} from "../../server/src/db/roles.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Runs the check as another role, inside a transaction that is undone: roles are the cluster's. */
async function checkAs(role: string, ...changes: string[]): Promise<void> {
  await admin.query("BEGIN");
  try {
    for (const change of changes) await admin.query(change);
    await admin.query(`SET LOCAL ROLE ${role}`);
    await assertRestrictedRole(admin);
  } finally {
    await admin.query("ROLLBACK");
  }
}

test("the migrated database is safe for the server's role", async () => {
  const server = new pg.Client({ connectionString: database.serverUrl });
  await server.connect();
  await expect(assertRestrictedRole(server)).resolves.toBeUndefined();
  await server.end();
});

describe("the server refuses", () => {
  test.each([
    ["a superuser", "postgres", [], /is a superuser/],
    ["the owner", "tieout_owner", [], /The role tieout_owner owns/],
    [
      "a role that bypasses policies",
      serverRole,
      [`ALTER ROLE ${serverRole} BYPASSRLS`],
      /bypasses row-level security/,
    ],
    [
      "a role that can become the owner",
      serverRole,
      [`GRANT tieout_owner TO ${serverRole}`],
      /can become its owner/,
    ],
    [
      "a role that can become one that bypasses policies",
      serverRole,
      ["CREATE ROLE auditor BYPASSRLS", `GRANT auditor TO ${serverRole}`],
      /can become auditor/,
    ],
    [
      "a tenant table without policies",
      serverRole,
      ["CREATE TABLE forgotten (organisation_id uuid)"],
      /The table forgotten does not force/,
    ],
    [
      "a tenant table whose policies are not forced",
      serverRole,
      ["ALTER TABLE open_item NO FORCE ROW LEVEL SECURITY"],
      /The table open_item does not force/,
    ],
    [
      "a materialised view of a tenant's rows",
      serverRole,
      ["CREATE MATERIALIZED VIEW figures AS SELECT organisation_id FROM open_item"],
      /The table figures does not force/,
    ],
    [
      "the organisations without their policy",
      serverRole,
      ["ALTER TABLE organisation DISABLE ROW LEVEL SECURITY"],
      /The table organisation does not force/,
    ],
  ])("%s", async (_, role, changes, reason) => {
    await expect(checkAs(role, ...changes)).rejects.toMatchObject({
      code: "DATABASE_ROLE_UNSAFE",
      message: expect.stringMatching(reason),
    });
  });
});

test("set-up can be run again, and its addresses work", async () => {
  // The roles are the whole cluster's: other files sign in with these passwords meanwhile.
  const { ownerPassword, serverPassword } = inject("testCluster");
  const options = { database: `${database.name}_own`, ownerPassword, serverPassword };
  try {
    await setUpDatabase(database.adminUrl, options);
    const { ownerUrl, serverUrl } = await setUpDatabase(database.adminUrl, options);
    for (const [connectionString, user] of [
      [ownerUrl, "tieout_owner"],
      [serverUrl, "tieout_server"],
    ]) {
      const client = new pg.Client({ connectionString });
      await client.connect();
      const found = await client.query("SELECT current_user, current_database()");
      expect(found.rows).toEqual([{ current_user: user, current_database: options.database }]);
      await client.end();
    }
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${options.database} WITH (FORCE)`);
  }
});

test("an address carries any password whole", () => {
  const address = "postgres://admin:x@db.example:6543/postgres?sslmode=require";
  const url = new URL(withLogin(address, "tieout_owner", "a b/ü%@:", "my books"));
  expect(decodeURIComponent(url.password)).toBe("a b/ü%@:");
  expect(url.pathname).toBe("/my%20books");
  expect([url.host, url.search]).toEqual(["db.example:6543", "?sslmode=require"]);
});
