/** Starts all of Tieout as a person does, on a data folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { eraseDataFolder } from "../../server/launch/data-folder.ts";
import { freePort } from "../../server/launch/free-port.ts";
import { inRepository, repositoryFolder } from "../../server/launch/repository.ts";

export type RunningTieout = {
  url: string;
  /** null when the settings name a provider of their own. */
  sandboxUrl: string | null;
  process: ChildProcess;
  /** Everything that it printed so far. */
  output: () => string;
  /** Ctrl-C, and the exit code. The data folder stays. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
};

export type StartedTieout =
  | { started: true; tieout: RunningTieout }
  | { started: false; exitCode: number | null; output: string };

/** A folder that Root's PostgreSQL can pass through, and its removal. */
export function temporaryDataFolder(): { folder: string; remove: () => Promise<void> } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-data-"));
  chmodSync(folder, 0o711);
  const remove = async () => {
    await eraseDataFolder(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, remove };
}

/** Runs `pnpm start`'s own script and waits until it is ready or has given up. */
export async function tryStartTieout(options: {
  dataFolder: string;
  args?: string[];
  env?: NodeJS.ProcessEnv;
}): Promise<StartedTieout> {
  const { port, release } = await freePort();
  await release();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", inRepository("server/launch/start.ts"), ...(options.args ?? [])],
    {
      cwd: repositoryFolder,
      env: {
        ...withoutSettings(process.env),
        PORT: String(port),
        TIEOUT_DATA_DIR: options.dataFolder,
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<true>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (/Ctrl-C stops everything/.test(output)) resolve(true);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  const outcome = await Promise.race([ready, ended.then((exitCode) => ({ exitCode }))]);
  if (outcome !== true) return { started: false, exitCode: outcome.exitCode, output };
  const stop = (signal: NodeJS.Signals = "SIGINT") => {
    child.kill(signal);
    return ended;
  };
  const tieout = {
    url: /ready at (\S+)/.exec(output)?.[1] ?? "",
    sandboxUrl: /sandbox bank: (\S+)/.exec(output)?.[1] ?? null,
    process: child,
    output: () => output,
    stop,
  };
  return { started: true, tieout };
}

/** @throws Error with what it printed when it does not start */
export async function startTieout(
  options: Parameters<typeof tryStartTieout>[0],
): Promise<RunningTieout> {
  const result = await tryStartTieout(options);
  if (result.started) return result.tieout;
  throw new Error(`Tieout did not start (exit code ${result.exitCode}):\n${result.output}`);
}

/** The settings of whoever runs the tests must not decide how they end. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names =
    /^(DATABASE_|TIEOUT_|PLAID_|TINK_|SALTEDGE_|PONTO_|OIDC_|SANDBOX_|TOKEN_KEYS|PUBLIC_URL|HOST$|NODE_ENV)/;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.test(name) && !name.startsWith("VITEST")),
  );
}
