import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localDate } from "../../server/src/core/dates.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { enqueueSync } from "../../server/src/features/connections/enqueue-sync.ts";
import { Lanes, laneLimits } from "../../server/src/jobs/lanes.ts";
import { startWorker } from "../../server/src/jobs/worker.ts";
import type { ProviderPage } from "../../server/src/providers/provider.ts";
import { law } from "../core/law.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addScriptedConnection } from "../support/scripted-connection.ts";
import { failure, type ScriptedProvider, scriptedProvider } from "../support/scripted-provider.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../support/world.ts";

describe("lanes", () => {
  it("are never over their limits, however fetches and jobs follow each other", () => {
    const step = fc.oneof(
      fc.constant("fetch" as const),
      fc.constantFrom("provider:a", "provider:b", "failing", "none").map((flag) => ({ flag })),
      fc.nat(20).map((end) => ({ end })),
    );
    law(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = laneLimits(8, ["a", "b"]);
        const lanes = new Lanes(limits);
        const fetches: string[][] = [];
        const running: string[][] = [];
        for (const each of steps) {
          if (each === "fetch") {
            fetches.push(lanes.fetch());
          } else if ("flag" in each) {
            const forbidden = fetches.shift();
            if (forbidden === undefined) continue;
            lanes.fetched();
            if (each.flag === "none" || forbidden.includes(each.flag)) continue;
            lanes.started([each.flag]);
            running.push([each.flag]);
          } else {
            const [ended] = running.splice(each.end % Math.max(running.length, 1), 1);
            if (ended) lanes.ended(ended);
          }
          for (const [flag, limit] of limits) {
            expect(running.filter(([lane]) => lane === flag).length).toBeLessThanOrEqual(limit);
          }
        }
      }),
    );
  });

  it("leave places to others, and always at least one to each", () => {
    expect(Object.fromEntries(laneLimits(12, ["a"]))).toEqual({
      failing: 6,
      "failing:a": 3,
      "provider:a": 9,
    });
    expect(Object.fromEntries(laneLimits(1, ["a"]))).toEqual({
      failing: 1,
      "failing:a": 1,
      "provider:a": 1,
    });
  });

  it("let a fetch that is alone take from each lane that has room", () => {
    const lanes = new Lanes(laneLimits(4, ["a"]));
    expect(lanes.fetch()).toEqual([]);
  });
});

describe("a worker beside a provider that hangs", () => {
  let database: TestDatabase;
  let app: TestApp;
  let organisation: WorldOrganisation;
  let healthy: ScriptedProvider;
  const hanging: (() => void)[] = [];
  const places = 8;

  /** Never answers until the test lets it go. */
  const hang = () =>
    new Promise<ProviderPage>((_resolve, reject) => {
      hanging.push(() => reject(failure("temporary")));
    });

  beforeAll(async () => {
    database = await createTestDatabase();
    healthy = scriptedProvider({}, { name: "healthy" });
    const sick = scriptedProvider(
      { fetchPage: (credential) => (credential.secret === "hangs" ? hang() : page()) },
      { name: "scripted" },
    );
    app = await createTestApp(database.serverUrl, {
      providers: [healthy, sick],
      now: new Date(),
      config: { workerConcurrency: places, poolSizeMax: 10 },
    });
    organisation = await addOrganisation(app);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function add(count: number, values: object, secret: string): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      ids.push(await addScriptedConnection(app, organisation.id, values, secret));
    }
    await asOrganisation(app.database, organisation.id, async (tx) => {
      for (const id of ids) await enqueueSync(tx, id, "scheduled");
    });
    return ids;
  }

  const succeeded = (ids: readonly string[]) =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.syncRun.count({
        where: { connectionId: { in: [...ids] }, status: "succeeded" },
      }),
    );

  it("syncs the others at once: those of other providers, and the healthy ones of the same", {
    timeout: 60_000,
  }, async () => {
    // Queued first, and more than there are places: some that have failed before, some that never have.
    await add(10, { syncFailures: 2 }, "hangs");
    const others = await add(10, { provider: "healthy" }, "well");
    const same = await add(6, {}, "well");
    const worker = await startWorker(app);
    try {
      await until(async () => (await succeeded([...others, ...same])) === 16);
      expect(hanging.length).toBeGreaterThan(0);
      expect(hanging.length).toBeLessThanOrEqual(places / 4);
      // A provider that hangs for the first time leaves places to the other providers.
      await add(places * 2, {}, "hangs");
      await until(async () => hanging.length >= places / 2);
      const late = await add(4, { provider: "healthy" }, "well");
      await until(async () => (await succeeded(late)) === 4);
      expect(hanging.length).toBeLessThanOrEqual((places * 3) / 4);
      // What looks after connections every minute is known to the queue's clock.
      const { rows } = await app.database.pool.query(
        "SELECT identifier FROM graphile_worker._private_known_crontabs",
      );
      expect(rows).toContainEqual({ identifier: "careForConnections" });
    } finally {
      await app.database.pool.query(
        "DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL",
      );
      for (const letGo of hanging) letGo();
      await worker.stop();
    }
  });
});

async function page(): Promise<ProviderPage> {
  return scriptedProvider().fetchPage(
    { secret: "", renew: async () => "" },
    {
      cursor: null,
      daysOfHistory: 90,
      today: localDate("2026-11-20"),
      rereadFrom: null,
      accountExternalId: null,
    },
  );
}

/** Looks until it is so: what is waited for is the worker's own doing, with no time of its own. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
