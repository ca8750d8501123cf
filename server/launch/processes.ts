/** Starts the server's and the sandbox bank's process, restarts what dies, stops them. */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { LaunchError } from "./launch-error.ts";
import { repositoryFolder } from "./repository.ts";

export type ProcessOptions = {
  /** As people should read it: "The server". */
  name: string;
  script: string;
  env: NodeJS.ProcessEnv;
};

export type ManagedProcess = {
  /** Where it listens, as it said itself. */
  url: string;
  restart: () => Promise<void>;
  /** Asks it to stop and waits; after `stopMsMax` it is ended. */
  stop: () => Promise<void>;
  /** Settles when it has died more often than restarts are worth trying. */
  failed: Promise<string>;
};

const readyMsMax = 60_000;
const stopMsMax = 10_000;
const restartsMax = 5;
/** A process that ran for this long was healthy: its deaths before are forgotten. */
const healthyMs = 60_000;

/**
 * Starts a process and waits until it listens. From then on it is started again when it dies.
 * @throws LaunchError when it ends before
 */
export async function startProcess(options: ProcessOptions): Promise<ManagedProcess> {
  let stopping = false;
  let restarts = 0;
  let startedAt = Date.now();
  let giveUp: (reason: string) => void = () => {};
  const failed = new Promise<string>((resolve) => {
    giveUp = resolve;
  });
  let current: Launched | null = null;
  const { url } = adopt(await launch(options));
  return { url, failed, restart, stop };

  function adopt(launched: Launched): Launched {
    current = launched;
    startedAt = Date.now();
    launched.ended.then((how) => {
      // Otherwise it was ended on purpose.
      if (launched === current && !stopping) void revive(how);
    });
    return launched;
  }

  async function revive(how: string): Promise<void> {
    if (Date.now() - startedAt > healthyMs) restarts = 0;
    if (restarts === restartsMax) return giveUp(`${options.name} keeps ending (${how})`);
    const pauseMs = 500 * 2 ** restarts;
    restarts += 1;
    console.error(`${options.name} ended (${how}): starting it again in ${pauseMs / 1000} s`);
    await wait(pauseMs);
    if (stopping) return;
    try {
      const launched = adopt(await launch(options));
      if (stopping) await endOf(launched.child);
    } catch (error) {
      if (!stopping) await revive((error as Error).message);
    }
  }

  /** When the new one does not start, none runs; the next restart tries again. */
  async function restart(): Promise<void> {
    const previous = current;
    current = null;
    if (previous) await endOf(previous.child);
    if (stopping) return;
    const launched = adopt(await launch(options));
    if (stopping) await endOf(launched.child);
  }

  async function stop(): Promise<void> {
    stopping = true;
    if (current) await endOf(current.child);
  }
}

type Launched = { child: ChildProcess; url: string; ended: Promise<string> };

async function launch({ name, script, env }: ProcessOptions): Promise<Launched> {
  const child = fork(script, {
    cwd: repositoryFolder,
    env,
    execArgv: ["--import", "tsx", "--import", new URL("follow-parent.ts", import.meta.url).href],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    // A group of its own: Ctrl-C is the launcher's to answer, which stops things in their order.
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const ready = readiness(child);
  const late = wait(readyMsMax, null, { ref: false });
  const outcome = await Promise.race([ready, late, ended.then((how) => ({ how }))]);
  if (outcome === null) {
    await endOf(child);
    throw new LaunchError(`${name} does not get ready`);
  }
  if ("how" in outcome) throw new LaunchError(`${name} does not start (${outcome.how})`);
  return { child, url: outcome.url, ended };
}

/** A message `{ready: true, url}`, or a line that says "… ready at <address>". */
function readiness(child: ChildProcess): Promise<{ url: string }> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      if (typeof message !== "object" || message === null || !("url" in message)) return;
      resolve({ url: String(message.url) });
    });
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /^\S.* ready at (https?:\/\/\S+)$/.exec(line)?.[1];
      if (url === undefined) process.stdout.write(`${line}\n`);
      else resolve({ url });
    });
  });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<true>((resolve) => child.once("exit", () => resolve(true)));
  child.kill("SIGTERM");
  if (await Promise.race([gone, wait(stopMsMax, false, { ref: false })])) return;
  child.kill("SIGKILL");
  await gone;
}
