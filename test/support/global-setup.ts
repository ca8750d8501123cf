/** One PostgreSQL for the whole run, with a migrated database that each test file copies. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import {
  erasePostgres,
  startPostgres,
  superuserName,
} from "../../server/launch/embedded-postgres.ts";
import { migrate } from "../../server/src/db/migrate.ts";
import { setUpDatabase, withLogin } from "../../server/src/db/roles.ts";

const templateDatabase = "tieout_template";

declare module "vitest" {
  export interface ProvidedContext {
    testCluster: TestCluster;
  }
}

export type TestCluster = {
  adminUrl: string;
  ownerPassword: string;
  serverPassword: string;
  templateDatabase: string;
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { cluster, stop } = await startTestCluster();
  project.provide("testCluster", cluster);
  return stop;
}

/** For programs outside vitest too, such as a bench: a migrated template; durable only where crashes are the subject. */
export async function startTestCluster(durable = false): Promise<{
  cluster: TestCluster;
  stop: () => Promise<void>;
}> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-test-"));
  // Root's PostgreSQL runs as another user, which has to pass through.
  chmodSync(folder, 0o711);
  const postgres = await startPostgres({ dataFolder: folder, durable });
  const { superuser, owner, server } = postgres.passwords;
  const address = `postgres://${postgres.host}:${postgres.port}/postgres`;
  const adminUrl = withLogin(address, superuserName, superuser, "postgres");
  const { ownerUrl } = await setUpDatabase(adminUrl, {
    database: templateDatabase,
    ownerPassword: owner,
    serverPassword: server,
  });
  await migrate(ownerUrl);
  return {
    cluster: { adminUrl, ownerPassword: owner, serverPassword: server, templateDatabase },
    stop: async () => {
      await postgres.stop();
      await erasePostgres(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
