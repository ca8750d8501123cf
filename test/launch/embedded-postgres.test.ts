import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type EmbeddedPostgres,
  erasePostgres,
  startPostgres,
} from "../../server/launch/embedded-postgres.ts";
import { temporaryDataFolder } from "../support/start-tieout.ts";

let data: ReturnType<typeof temporaryDataFolder>;
let running: EmbeddedPostgres | undefined;

beforeEach(() => {
  data = temporaryDataFolder();
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await data.remove();
});

async function start(durable = false): Promise<EmbeddedPostgres> {
  running = await startPostgres({ dataFolder: data.folder, durable });
  return running;
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const { host, port, passwords } = postgres;
  const client = new pg.Client({ host, port, user: "postgres", password: passwords.superuser });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = () => path.join(data.folder, "postgres/data/postmaster.pid");

test("what was committed is there after a stop and a start", async () => {
  const first = await start();
  await query(first, "CREATE TABLE kept AS SELECT 1 AS n");
  await first.stop();
  await first.stop();
  expect(existsSync(pidFile())).toBe(false);
  expect(await query(await start(), "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

test("what was committed is there after PostgreSQL was killed, and its end is told", async () => {
  const first = await start(true);
  await query(first, "CREATE TABLE kept AS SELECT 1 AS n");
  process.kill(Number.parseInt(readFileSync(pidFile(), "utf8"), 10), "SIGKILL");
  expect(await first.crashed).toMatch(/SIGKILL/);
  expect(await query(await start(), "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

test("a PostgreSQL that still runs on the folder is stopped first", async () => {
  const orphan = await start();
  await query(orphan, "CREATE TABLE kept AS SELECT 1 AS n");
  const second = await start();
  expect(await orphan.crashed).toBeTruthy();
  expect(await query(second, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

test("a pid file that names another living program neither stops the start nor that program", async () => {
  await (await start()).stop();
  // The same user as PostgreSQL's: for that one it would refuse to start by itself.
  const { uid, gid } = statSync(path.join(data.folder, "postgres/data"));
  const other = spawn("/bin/sleep", ["60"], process.getuid?.() === 0 ? { uid, gid } : {});
  try {
    writeFileSync(pidFile(), `${other.pid}\n`);
    await start();
    expect(other.exitCode ?? other.signalCode).toBeNull();
  } finally {
    other.kill("SIGKILL");
  }
});

test("a first start that was interrupted is made again, and erasing leaves nothing", async () => {
  const home = path.join(data.folder, "postgres");
  mkdirSync(path.join(home, "data.new", "base"), { recursive: true });
  await (await start()).stop();
  await erasePostgres(data.folder);
  expect(readdirSync(data.folder)).toEqual([]);
});

test("it is private, and names sort and change case alike on every machine", async () => {
  const postgres = await start();
  const rows = await query(
    postgres,
    `SELECT upper('zoë ßtraße') AS upper, lower('ÉCOLE') AS lower, 'B' < 'a' AS bytewise,
      current_setting('listen_addresses') AS host,
      current_setting('unix_socket_directories') AS socket`,
  );
  expect(rows).toEqual([
    { upper: "ZOË ßTRAßE", lower: "école", bytewise: true, host: "127.0.0.1", socket: "" },
  ]);
  const passwords = { ...postgres.passwords, superuser: "guess" };
  const refused = query({ ...postgres, passwords }, "SELECT 1");
  await expect(refused).rejects.toMatchObject({ code: "28P01" });
  expect(statSync(path.join(data.folder, "postgres.json")).mode & 0o077).toBe(0);
  expect(statSync(path.join(data.folder, "postgres")).mode & 0o077).toBe(0);
});
