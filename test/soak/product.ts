/** The product under test: a PostgreSQL and a server process that can be killed, and a program that talks to it. */
import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import pg from "pg";
import { freePort } from "../../server/launch/free-port.ts";
import { inRepository, repositoryFolder } from "../../server/launch/repository.ts";
import { startTestCluster } from "../support/global-setup.ts";

export interface SoakServer {
  readonly url: string;
  /** Has the next process read its sources while this one works: a kill is then over sooner, and as hard. */
  prepare(): void;
  /** kill -9, and started again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface SoakDatabase {
  readonly serverUrl: string;
  /** Sees all tenants: for comparing what is stored. */
  readonly admin: pg.Pool;
  /**
   * kill -9 of one of its processes, upon which PostgreSQL ends every connection, goes through crash recovery and
   * starts again. Resolves when it answers.
   */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const readyMsMax = 60_000;

/** @param durable false where PostgreSQL itself is not crashed */
export async function startSoakDatabase(durable = true): Promise<SoakDatabase> {
  const { cluster, stop } = await startTestCluster(durable);
  const at = (name: string, user?: string, password?: string) => {
    const url = new URL(cluster.adminUrl);
    url.pathname = `/${name}`;
    if (user !== undefined) url.username = user;
    if (password !== undefined) url.password = password;
    return url.href;
  };
  const first = new pg.Client(at("postgres"));
  await first.connect();
  // Page by page (the default) PostgreSQL copies the empty shape of unlogged tables without writing it down where
  // wal_level is minimal, and a crash leaves them unreadable. Nobody's own database is made from a template.
  const template = `TEMPLATE ${cluster.templateDatabase} STRATEGY FILE_COPY`;
  await first.query(`CREATE DATABASE tieout_soak ${template}`);
  await first.end();
  const admin = new pg.Pool({ connectionString: at("tieout_soak"), max: 2 });
  // Its idle connections die with each crash.
  admin.on("error", () => {});
  const answers = () =>
    admin.query("SELECT 1").then(
      () => true,
      () => false,
    );
  return {
    serverUrl: at("tieout_soak", "tieout_server", cluster.serverPassword),
    admin,
    async crash() {
      const victim = new pg.Client(at("tieout_soak"));
      victim.on("error", () => {});
      await victim.connect();
      const { rows } = await victim.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      process.kill(rows[0]?.pid ?? 0, "SIGKILL");
      await until("PostgreSQL answers again", answers);
    },
    async stop() {
      await admin.end();
      await stop();
    },
  };
}

/** Where a server can be started: told beforehand to those who send webhooks there. */
export async function freeAddress(): Promise<string> {
  const { port, release } = await freePort();
  await release();
  return `http://127.0.0.1:${port}`;
}

export async function startSoakServer(
  url: string,
  env: NodeJS.ProcessEnv,
  logFile: string,
): Promise<SoakServer> {
  const { port } = new URL(url);
  let child: ChildProcess | null = null;
  let next: ChildProcess | null = null;
  const read = () => {
    const reader = fork(inRepository("test/soak/server-in-waiting.ts"), {
      cwd: repositoryFolder,
      execArgv: ["--import", "tsx"],
      env: { ...plain(process.env), ...env, PORT: port, PUBLIC_URL: url },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const log = createWriteStream(logFile, { flags: "a" });
    reader.stdout?.pipe(log, { end: false });
    reader.stderr?.pipe(log, { end: false });
    return reader;
  };
  const start = async () => {
    const starting = next ?? read();
    [child, next] = [starting, null];
    // What is sent before it listens waits for it.
    starting.send("start");
    const ended = new Promise<boolean>((resolve) => starting.once("exit", () => resolve(true)));
    await until("the server is ready", async () => {
      if (starting.exitCode !== null || (await Promise.race([ended, Promise.resolve(false)]))) {
        throw new Error(`the server ended: see ${path.basename(logFile)}`);
      }
      return fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  };
  const end = async (ending: ChildProcess | null, signal: NodeJS.Signals) => {
    if (ending === null || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await ended;
  };
  await start();
  return {
    url,
    prepare() {
      next ??= read();
    },
    async kill() {
      await end(child, "SIGKILL");
      await start();
    },
    async stop() {
      await end(next, "SIGKILL");
      await end(child, "SIGTERM");
    },
  };
}

/** Asks every 100 ms. @throws Error after a minute */
export async function until(what: string, holds: () => Promise<boolean>, msMax = readyMsMax) {
  const giveUpAt = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${msMax / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The settings of whoever runs it must not decide how it ends. */
function plain(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = env;
  return { PATH, HOME, TMPDIR, LANG };
}
