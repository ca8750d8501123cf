/**
 * Many connections of mixed providers under everything that goes wrong at once, from one seed. At the end the stored
 * transactions must be the simulated world's: none lost, none doubled; and while some connections are sick for good,
 * the healthy ones must go on as if nothing were.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { providerKeys } from "../../server/launch/provider-keys.ts";
import { readSettings } from "../../server/sandbox/settings.ts";
import { startSoakBank } from "./bank-side.ts";
import { besideSickOnes } from "./beside-sick-ones.ts";
import { settle, totals, type Wrong } from "./compare.ts";
import { misfortunes } from "./misfortunes.ts";
import { freeAddress, startSoakDatabase, startSoakServer } from "./product.ts";
import { apiKeys, connectAll } from "./program.ts";
import { choicesOf } from "./random.ts";

export interface SoakOptions {
  readonly seed: number;
  readonly connections: number;
  /** Each is a fault, a change at a bank, a crash, or several of them. */
  readonly steps: number;
  readonly log: (line: string) => void;
}

export interface SoakReport {
  readonly connections: number;
  readonly rows: number;
  readonly crashes: { server: number; database: number };
  readonly faults: Readonly<Record<string, number>>;
  /** Connections whose stored rows are not the bank's, with what differs. */
  readonly wrong: readonly Wrong[];
  /** Ids stored twice in one account. */
  readonly doubled: number;
  /** Webhook to stored row, for healthy connections beside sick ones, in milliseconds, sorted. */
  readonly healthyMs: readonly number[];
  readonly settleSeconds: number;
}

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, log } = options;
  log(`seed ${seed}: ${options.connections} connections, ${options.steps} steps`);
  const choices = choicesOf(seed);
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-soak-"));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const database = await startSoakDatabase();
    undo.push(() => database.stop());
    // Before it is there: the banks sign for this address.
    const url = await freeAddress();
    const keys = await providerKeys(folder, url);
    const bank = await startSoakBank(readSettings({ ...keys.sandbox, SANDBOX_PACE_SECONDS: "0" }));
    undo.push(() => bank.running.close());
    const server = await startSoakServer(
      url,
      {
        ...keys.server,
        ...{ DATABASE_URL: database.serverUrl, TIEOUT_DEMO: "true", LOG_LEVEL: "warn" },
        ...{ TOKEN_KEYS: tokenKeys, SANDBOX_URL: bank.running.url, TIEOUT_DATA_DIR: folder },
      },
      path.join(os.tmpdir(), `tieout-soak-${seed}.log`),
    );
    undo.push(() => server.stop());
    const run = { bank, database, server, choices, log, keys: await apiKeys(database) };
    const connected = await connectAll(run, options.connections);
    const { crashes, faults } = await misfortunes(run, options.steps);
    await bank.control("faults/clear");
    const healthyMs = await besideSickOnes(run, connected);
    await bank.control("faults/clear");
    const startedAt = performance.now();
    const wrong = await settle(run, connected);
    const settleSeconds = Math.round((performance.now() - startedAt) / 1_000);
    return {
      ...{ connections: connected.length, crashes, faults, wrong, healthyMs, settleSeconds },
      ...(await totals(database)),
    };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

const tokenKeys = `demo-soak:${Buffer.alloc(32, 9).toString("base64")}`;
