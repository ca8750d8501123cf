import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { freePort } from "../../server/launch/free-port.ts";

const root = path.resolve(import.meta.dirname, "../..");

export interface Running {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

const readyMsMax = 60_000;

/** A Tieout server process as `pnpm start` starts it, on a database of the bench. */
export async function startTieout(
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<Running> {
  return startProcess(path.join(root, "server/src/main.ts"), {
    DATABASE_URL: databaseUrl,
    TIEOUT_DEMO: "true",
    TOKEN_KEYS: `demo-bench:${Buffer.alloc(32, 1).toString("base64")}`,
    PORT: String(await anyPort()),
    LOG_LEVEL: "error",
    ...settings,
  });
}

/** A program of this folder; it says `{ port }` or `{ url }` when it is ready. */
export function startPeer(file: string, settings: Record<string, string> = {}): Promise<Running> {
  return startProcess(path.join(import.meta.dirname, file), settings);
}

async function anyPort(): Promise<number> {
  const { port, release } = await freePort();
  await release();
  return port;
}

async function startProcess(file: string, settings: Record<string, string>): Promise<Running> {
  const child = fork(file, {
    execArgv: ["--import", "tsx"],
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [said] = (await Promise.race([
    once(child, "message", { signal: AbortSignal.timeout(readyMsMax) }),
    once(child, "exit").then(([code]) => {
      throw new Error(`${file} ended with ${code} before it was ready`);
    }),
  ])) as [{ url?: string; port?: number }];
  return {
    url: said.url ?? `http://127.0.0.1:${said.port}`,
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
