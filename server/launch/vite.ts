/** Vite's development server for the client, as a process beside the others. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inRepository } from "./repository.ts";

/** Waits until it answers: on its first start it bundles the dependencies before. */
export async function startVite(
  port: number,
  apiUrl: string,
): Promise<{ stop: () => Promise<void>; failed: Promise<string> }> {
  const manifest = createRequire(inRepository("client/package.json")).resolve("vite/package.json");
  const child = spawn(process.execPath, [path.join(path.dirname(manifest), "bin/vite.js")], {
    cwd: inRepository("client"),
    env: { ...process.env, TIEOUT_API: apiUrl, TIEOUT_CLIENT_PORT: String(port) },
    // Vite stops when its input closes, which it does when this process is gone, however it went.
    stdio: ["pipe", "inherit", "inherit"],
  });
  let asked = false;
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const failed = new Promise<string>((resolve) => {
    ended.then((how) => {
      if (!asked) resolve(`Vite ended (${how})`);
    });
  });
  const stop = async () => {
    asked = true;
    child.kill("SIGTERM");
    await ended;
  };
  let over = false;
  failed.then(() => {
    over = true;
  });
  while (!over && !(await accepts(port))) await wait(100);
  return { stop, failed };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
