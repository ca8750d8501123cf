import { spawn } from "node:child_process";
import { LaunchError } from "./launch-error.ts";

/**
 * Runs a script to its end; its output is shown only when it fails.
 * @throws LaunchError
 */
export async function runNode(
  what: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  throw new LaunchError(`${what} failed: the reason is above`);
}
