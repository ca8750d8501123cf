import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: pg.Pool;
const logger = new Logger(() => () => {});

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.serverUrl, max: 4 });
  // Graphile Worker asks for both; here a lost connection shows in the test that needed it.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

test("the server's role queues a job in a transaction, and a worker of that role runs it", async () => {
  const client = await pool.connect();
  await client.query("BEGIN");
  await client.query("SELECT graphile_worker.add_job('greet', '{\"name\": \"Ada\"}')");
  await client.query("COMMIT");
  client.release();
  const greeted: unknown[] = [];
  await runOnce({
    pgPool: pool,
    logger,
    taskList: { greet: async (payload) => void greeted.push(payload) },
  });
  expect(greeted).toEqual([{ name: "Ada" }]);
});

test("job keys coalesce and named queues work for the server's role", async () => {
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.addJob("sync", { n: 1 }, { jobKey: "sync:1", queueName: "connection:1" });
  await utils.addJob("sync", { n: 2 }, { jobKey: "sync:1", queueName: "connection:1" });
  const ran: unknown[] = [];
  await runOnce({
    pgPool: pool,
    logger,
    taskList: { sync: async (payload) => void ran.push(payload) },
  });
  expect(ran).toEqual([{ n: 2 }]);
  await utils.release();
});

test("a job that fails is kept and tried again by the server's role", async () => {
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  const job = await utils.addJob("fail", {}, { maxAttempts: 2 });
  const fail = async () => {
    throw new Error("not today");
  };
  await runOnce({ pgPool: pool, logger, taskList: { fail } });
  const failed = await pool.query(
    "SELECT attempts, last_error FROM graphile_worker.jobs WHERE id = $1",
    [job.id],
  );
  expect(failed.rows).toEqual([{ attempts: 1, last_error: expect.stringContaining("not today") }]);
  await utils.completeJobs([String(job.id)]);
  await utils.release();
});
