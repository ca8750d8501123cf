/** The tenant of a database transaction ends with it: no interleaving leaks it to the next user of the connection. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asOrganisation, readAsOrganisation } from "../../server/src/db/as-organisation.ts";
import { readAsHolder } from "../../server/src/db/before-tenant.ts";
import { inTransaction } from "../../server/src/db/in-transaction.ts";
import { type Sql, sqlOver } from "../../server/src/db/sql.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisations: WorldOrganisation[];

beforeAll(async () => {
  database = await createTestDatabase();
  // Fewer connections than tasks: each is used again and again.
  app = await createTestApp(database.serverUrl, { config: { poolSizeMax: 2 } });
  organisations = [await addOrganisation(app), await addOrganisation(app)];
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

class Thrown extends Error {}

/** The organisations that a connection sees now. */
async function seen(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT organisation_id AS id FROM category
     UNION SELECT organisation_id FROM membership UNION SELECT id FROM organisation`,
  );
  return rows.map(({ id }) => id);
}

const ways = ["write", "read", "hold", "global", "bare", "prisma"] as const;

const step = fc.record({
  way: fc.constantFrom(...ways),
  who: fc.constantFrom(0, 1),
  ending: fc.constantFrom("ok", "throw", "fail"),
  /** How many statements it runs: what makes tasks overlap differently. */
  looks: fc.integer({ min: 1, max: 4 }),
});

async function take(given: typeof step extends fc.Arbitrary<infer Step> ? Step : never) {
  const organisation = organisations[given.who];
  if (!organisation) throw new TypeError("there are two");
  const { database } = app;
  const look = async (sql: Sql, expected: string[]) => {
    for (let i = 0; i < given.looks; i += 1) expect(await seen(sql)).toEqual(expected);
    if (given.ending === "throw") throw new Thrown();
    if (given.ending === "fail") await sql.query("SELECT 1 / 0");
  };
  const own = [organisation.id];
  switch (given.way) {
    case "write":
      return asOrganisation(database, organisation.id, (tx) => look(tx, own));
    case "read":
      return readAsOrganisation(database, organisation.id, (sql) => look(sql, own));
    case "hold":
      return readAsHolder(
        database,
        { kind: "person", personId: organisation.people.admin.id },
        (sql) => look(sql, own),
      );
    case "global":
      return inTransaction(database, (sql) => look(sql, []));
    case "bare":
      return look(sqlOver(database.pool), []);
    case "prisma":
      expect(await database.prisma.category.count()).toBe(0);
      return undefined;
  }
}

it("leaks no tenant through the pool, in any interleaving", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), async (steps) => {
      const ends = await Promise.allSettled(steps.map(take));
      for (const end of ends) {
        if (end.status === "fulfilled" || end.reason instanceof Thrown) continue;
        expect(end.reason).toMatchObject({ code: "22012" });
      }
      const left = await Promise.all([1, 2].map(() => settings()));
      expect(left).toEqual([nothing, nothing]);
    }),
    { numRuns: 40, seed: 20261121 },
  );
});

const nothing = { organisation: "", person: "", key: "", webhook: "" };

async function settings() {
  const [row] = await sqlOver(app.database.pool).query<typeof nothing>(
    `SELECT coalesce(current_setting('tieout.organisation_id', true), '') AS organisation,
       coalesce(current_setting('tieout.person_id', true), '') AS person,
       coalesce(current_setting('tieout.api_key_hash', true), '') AS key,
       coalesce(current_setting('tieout.webhook_provider', true), '') AS webhook`,
  );
  return row;
}
