/**
 * A server process's worker, as a child that a test can kill. It works off the queue, and ends when nothing is due;
 * with KILL_AT it kills itself, as the kernel would, at that statement to the database.
 */
import { createRequire } from "node:module";
import pg from "pg";
import { sandboxCredentials } from "../../server/src/config.ts";
import { startWorker } from "../../server/src/jobs/worker.ts";
import { createPlaidProvider } from "../../server/src/providers/plaid/provider.ts";
import { createTestApp } from "../support/world.ts";

const { TEST_DATABASE_URL = "", TEST_BANK_URL = "", KILL_AT = "0" } = process.env;
const require = createRequire(new URL("../../server/package.json", import.meta.url));

countDownTo(Number(KILL_AT));
const made = await createTestApp(TEST_DATABASE_URL, {
  providers: [
    createPlaidProvider({
      ...sandboxCredentials,
      baseUrl: TEST_BANK_URL,
      environment: "simulated",
    }),
  ],
});
const app = { ...made, log: require("pino")({ level: "trace" }), now: () => new Date() };
const worker = await startWorker(app);
process.send?.("ready");
while (await isBusy()) await new Promise((resolve) => setTimeout(resolve, 20));
await worker.stop();
await made.close();
process.disconnect?.();

async function isBusy(): Promise<boolean> {
  const { rows } = await app.database.pool.query<{ busy: boolean }>(
    `SELECT EXISTS (
       SELECT FROM graphile_worker._private_jobs WHERE attempts < max_attempts AND (run_at <= now() + interval '20 s')
     ) AS busy`,
  );
  return rows[0]?.busy ?? false;
}

/** Every statement of this process counts: between any two of them it may end. */
function countDownTo(statement: number): void {
  if (statement === 0) return;
  const { query } = pg.Client.prototype;
  let left = statement;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return Reflect.apply(query, this, parameters);
  } as typeof query;
}
