import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { ownerRole, serverRole, withLogin } from "../../server/src/db/roles.ts";
import type { TestCluster } from "./global-setup.ts";

export type TestDatabase = {
  name: string;
  /** The role that owns the tables; row-level security is forced on it too. */
  ownerUrl: string;
  /** The restricted role that the server signs in as. */
  serverUrl: string;
  /** A superuser: sees every tenant. For setting up and for looking, never for the code under test. */
  adminUrl: string;
  drop: () => Promise<void>;
};

/**
 * A database of one's own, migrated and empty. About 50 ms; one for each test file.
 * @param options.empty true for one without tables
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  return copyDatabase(inject("testCluster"), options);
}

/** As createTestDatabase, for programs that started the cluster themselves. */
export async function copyDatabase(
  cluster: TestCluster,
  options: { empty?: boolean } = {},
): Promise<TestDatabase> {
  const { adminUrl, ownerPassword, serverPassword, templateDatabase } = cluster;
  const name = `test_${randomBytes(6).toString("hex")}`;
  const template = options.empty ? "template0" : templateDatabase;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${name} OWNER ${ownerRole} TEMPLATE ${template}`);
  return {
    name,
    ownerUrl: withLogin(adminUrl, ownerRole, ownerPassword, name),
    serverUrl: withLogin(adminUrl, serverRole, serverPassword, name),
    adminUrl: withDatabase(adminUrl, name),
    drop: () => runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function runAsAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}
