import { afterAll, beforeAll } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  createFakePlatform,
  type FakePlatform,
  type FakePlatformOptions,
} from "../../support/fake-platform.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../../support/world.ts";

export interface AccountingWorld {
  readonly app: TestApp;
  readonly platform: FakePlatform;
}

export interface AccountingWorlds {
  /** A new application on a new platform, without jobs; the one before is closed. */
  begin(): Promise<AccountingWorld>;
  /** Another one beside it, for the test to close. */
  beside(platform: Partial<FakePlatformOptions>): Promise<AccountingWorld>;
}

/** One database for a test file, and for each of its tests an application of its own on a platform in memory. */
export function accountingWorlds(
  kind: Partial<FakePlatformOptions> = {},
  options: TestAppOptions = {},
): AccountingWorlds {
  let database: TestDatabase;
  let last: TestApp | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await last?.close();
    await database.drop();
  });

  async function beside(of: Partial<FakePlatformOptions>): Promise<AccountingWorld> {
    const platform = createFakePlatform({ now: () => app.now(), ...of });
    const app = await createTestApp(database.serverUrl, { ...options, platforms: [platform] });
    return { app, platform };
  }

  return {
    beside,
    async begin() {
      await last?.close();
      const world = await beside(kind);
      last = world.app;
      // Jobs of the tests before.
      await last.database.pool.query("DELETE FROM graphile_worker._private_jobs");
      return world;
    },
  };
}
