/** Starts and stops the PostgreSQL that Tieout brings along, and recovers what a crash left. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { LaunchError } from "./launch-error.ts";
import { type PostgresHome, preparePostgresHome, removePostgresHome } from "./postgres-home.ts";
import { commandOf, identify, isStillRunning } from "./process-identity.ts";

export type Passwords = { superuser: string; owner: string; server: string };

export type EmbeddedPostgres = {
  host: string;
  /** A free one, another at each start. */
  port: number;
  passwords: Passwords;
  /** Ends the connections, writes a checkpoint, stops. Safe to call twice. */
  stop: () => Promise<void>;
  /** Settles when PostgreSQL ends without having been asked to. */
  crashed: Promise<string>;
};

export const superuserName = "postgres";

const startMsMax = 60_000;
const stopMsMax = 15_000;
const logBytesMax = 5_000_000;

/**
 * Opens the cluster in Tieout's data folder, making it on the first start. The caller holds the
 * folder's lock, so a PostgreSQL that still runs on it is an orphan and is stopped first.
 * @param options.durable false only for throw-away data: no fsync
 * @throws LaunchError
 */
export async function startPostgres(options: {
  dataFolder: string;
  durable: boolean;
}): Promise<EmbeddedPostgres> {
  const record = openRecord(options.dataFolder);
  const home = preparePostgresHome(options.dataFolder, record.id);
  const data = path.join(home.folder, "data");
  if (!existsSync(data)) initialise(home, record.passwords.superuser, options.durable);
  refuseOtherVersion(data);
  await stopOrphan(data);
  const running = await launch(home, options.durable);
  return { host: "127.0.0.1", passwords: record.passwords, ...running };
}

/** Stops what still runs on it and deletes it. The caller holds the data folder's lock. */
export async function erasePostgres(dataFolder: string): Promise<void> {
  const file = recordFile(dataFolder);
  if (!existsSync(file)) return;
  const record = openRecord(dataFolder);
  const home = preparePostgresHome(dataFolder, record.id);
  await stopOrphan(path.join(home.folder, "data"));
  removePostgresHome(dataFolder, record.id);
  rmSync(file, { force: true });
}

type Record = { id: string; passwords: Passwords };

function recordFile(dataFolder: string): string {
  return path.join(dataFolder, "postgres.json");
}

function openRecord(dataFolder: string): Record {
  const file = recordFile(dataFolder);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Record;
  if (existsSync(path.join(dataFolder, "postgres", "data"))) {
    throw new LaunchError(
      `${file} is gone, and the database's passwords with it: \`pnpm start --reset\` starts over`,
    );
  }
  const secret = () => randomBytes(24).toString("base64url");
  const record = {
    id: randomBytes(6).toString("hex"),
    passwords: { superuser: secret(), owner: secret(), server: secret() },
  };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  renameSync(draft, file);
  return record;
}

/** Made aside and moved into place, so that an interrupted first start leaves nothing half-made. */
function initialise(home: PostgresHome, password: string, durable: boolean): void {
  const draft = path.join(home.folder, "data.new");
  const passwordFile = path.join(home.folder, "password");
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (home.user) chownSync(passwordFile, home.user.uid, home.user.gid);
  const made = spawnSync(
    path.join(home.programs, "initdb"),
    [
      `--pgdata=${draft}`,
      `--username=${superuserName}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The same order and case rules on every machine, whatever locales it has.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      ...(durable ? [] : ["--no-sync"]),
    ],
    { ...home.user, cwd: "/", encoding: "utf8", env: cleanEnvironment() },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    const reason = made.error?.message ?? made.stderr.trim().split("\n").at(-1);
    throw new LaunchError(`PostgreSQL could not make its data folder: ${reason}`);
  }
  renameSync(draft, path.join(home.folder, "data"));
}

function refuseOtherVersion(data: string): void {
  const found = readFileSync(path.join(data, "PG_VERSION"), "utf8").trim();
  if (found === "18") return;
  throw new LaunchError(
    `${data} belongs to PostgreSQL ${found}, this is 18: \`pnpm start --reset\` starts over`,
  );
}

/**
 * After kill -9 a PostgreSQL may still run, or its pid file may name a process that has since become
 * another program, on which PostgreSQL itself would refuse to start.
 */
async function stopOrphan(data: string): Promise<void> {
  const pid = postmasterPid(data);
  if (pid === null) return;
  const orphan = commandOf(pid)?.includes(data) ? identify(pid) : null;
  if (orphan !== null) {
    const gone = async (signal: NodeJS.Signals, msMax: number) => {
      process.kill(pid, signal);
      return reached(() => !isStillRunning(orphan), msMax);
    };
    // SIGQUIT leaves recovery to the next start; nothing committed is lost.
    if (!(await gone("SIGINT", stopMsMax)) && !(await gone("SIGQUIT", stopMsMax))) {
      throw new LaunchError(`An earlier PostgreSQL (process ${pid}) does not stop: end it first`);
    }
  }
  rmSync(path.join(data, "postmaster.pid"), { force: true });
}

async function launch(home: PostgresHome, durable: boolean) {
  const deadline = Date.now() + startMsMax;
  for (;;) {
    const { port, release } = await freePort();
    await release();
    const child = spawnPostmaster(home, port, durable);
    const guard = spawnGuard(home, child.pid ?? 0);
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    }).finally(() => guard.kill("SIGKILL"));
    const ready = () => postmasterIsReady(path.join(home.folder, "data"), child);
    const failed = await Promise.race([ended, reached(ready, deadline - Date.now())]);
    if (failed === true) return { port, ...supervise(home, child, guard, ended) };
    if (failed === false) {
      child.kill("SIGQUIT");
      throw new LaunchError(`PostgreSQL does not get ready: see ${logFile(home)}`);
    }
    const reason = lastFatalLine(home) ?? failed;
    // The port was taken in between, or the back ends of a killed PostgreSQL are still leaving.
    const passing = /could not create any TCP|pre-existing shared memory|Address already/;
    if (!passing.test(reason) || Date.now() > deadline) {
      throw new LaunchError(`PostgreSQL does not start: ${reason} (${logFile(home)})`);
    }
    await wait(200);
  }
}

function spawnPostmaster(home: PostgresHome, port: number, durable: boolean): ChildProcess {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "128MB",
    max_wal_size: "1GB",
    wal_level: "minimal",
    max_wal_senders: 0,
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const file = logFile(home);
  const tooLong = existsSync(file) && statSync(file).size > logBytesMax;
  const log = openSync(file, tooLong ? "w" : "a", 0o600);
  const child = spawn(
    path.join(home.programs, "postgres"),
    [
      "-D",
      path.join(home.folder, "data"),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // A group of its own: Ctrl-C is the launcher's to answer, after the server is done with it.
    {
      ...home.user,
      cwd: "/",
      detached: true,
      stdio: ["ignore", log, log],
      env: cleanEnvironment(),
    },
  );
  closeSync(log);
  return child;
}

function supervise(
  home: PostgresHome,
  child: ChildProcess,
  guard: ChildProcess,
  ended: Promise<string>,
) {
  let asked = false;
  const crashed = new Promise<string>((resolve) => {
    ended.then((how) => {
      if (!asked) resolve(`${how}; ${lastFatalLine(home) ?? "no reason given"}`);
    });
  });
  const stop = async () => {
    asked = true;
    guard.kill("SIGKILL");
    for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      if (await Promise.race([ended.then(() => true), wait(stopMsMax, false, { ref: false })]))
        return;
    }
  };
  return { stop, crashed };
}

/**
 * A shell that waits for the launcher's end of a pipe to close, which happens even on kill -9, and
 * then stops PostgreSQL. Without it an orphan would run on until the next start.
 */
function spawnGuard(home: PostgresHome, pid: number): ChildProcess {
  const script = `trap "" INT TERM HUP; read -r line; kill -INT ${pid} 2>/dev/null`;
  const guard = spawn("/bin/sh", ["-c", script], {
    ...home.user,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.on("error", () => {});
  guard.stdin?.on("error", () => {});
  guard.unref();
  return guard;
}

function postmasterPid(data: string): number | null {
  const file = path.join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return pid > 0 ? pid : null;
}

/** The eighth line of postmaster.pid is its state (src/include/utils/pidfile.h). */
function postmasterIsReady(data: string, child: ChildProcess): boolean {
  const file = path.join(data, "postmaster.pid");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  return Number(lines[0]) === child.pid && lines[7]?.trim() === "ready";
}

function logFile(home: PostgresHome): string {
  return path.join(home.folder, "log");
}

function lastFatalLine(home: PostgresHome): string | undefined {
  const lines = readFileSync(logFile(home), "utf8").slice(-20_000).split("\n");
  return lines.findLast((line) => /FATAL|PANIC/.test(line))?.replace(/^.*?(FATAL|PANIC):\s*/, "");
}

/** PGPORT, PGDATA and their like of the person's own shell must not reach this PostgreSQL. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { PATH, TMPDIR, LC_ALL: "C" };
}

async function reached(condition: () => boolean, msMax: number): Promise<boolean> {
  const deadline = Date.now() + msMax;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await wait(10);
  }
  return true;
}
