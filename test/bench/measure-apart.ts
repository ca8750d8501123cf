import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const minutesMax = 20;

/**
 * Runs a program of this folder in a process of its own, so that its memory is its own, and answers what it tells.
 * @param task as JSON in its environment
 */
export async function measureApart<Result>(file: string, task: object): Promise<Result> {
  const child = fork(path.join(import.meta.dirname, file), {
    execArgv: ["--import", "tsx", "--max-old-space-size=12288"],
    cwd: root,
    env: { ...process.env, BENCH_TASK: JSON.stringify(task) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    const [result] = (await Promise.race([
      once(child, "message", { signal: AbortSignal.timeout(minutesMax * 60_000) }),
      once(child, "exit").then(([code]) => {
        throw new Error(`${file} ended with ${code} and told nothing`);
      }),
    ])) as [Result];
    return result;
  } finally {
    child.kill();
  }
}

/** In the program: what it was asked. */
export function givenTask<Task>(): Task {
  return JSON.parse(process.env.BENCH_TASK ?? "{}") as Task;
}

/** In the program: what it tells, its last word. */
export function tell(result: object): void {
  process.send?.(result, () => process.disconnect());
}

/** Of this process with all its threads, in MiB, the most so far. */
export function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1_024;
}
