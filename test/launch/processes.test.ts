import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ManagedProcess, startProcess } from "../../server/launch/processes.ts";

let folder: string;
let running: ManagedProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tieout-process-"));
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(folder, { recursive: true });
});

/** A small server that tells its process number, and dies when /die is asked for. */
const healthy = `
  import { createServer } from "node:http";
  const server = createServer((request, response) => {
    if (request.url === "/die") process.exit(3);
    response.end(String(process.pid));
  });
  server.listen(PORT, "127.0.0.1", () => {
    process.send({ ready: true, url: "http://127.0.0.1:" + server.address().port });
  });`;

function script(source: string): string {
  const file = path.join(folder, "main.mjs");
  writeFileSync(file, source);
  return file;
}

async function start(source: string): Promise<ManagedProcess> {
  running = await startProcess({ name: "It", script: script(source), env: process.env });
  return running;
}

async function pidAt(url: string): Promise<number> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const text = await fetch(url).then(
      (response) => response.text(),
      () => null,
    );
    if (text !== null) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${url} does not answer`);
}

test("a process that dies is started again", async () => {
  const { url } = await start(healthy.replace("PORT", "0"));
  const { port } = new URL(url);
  script(healthy.replace("PORT", port));
  const first = await pidAt(url);
  await fetch(`${url}/die`).catch(() => {});
  expect(await pidAt(url)).not.toBe(first);
});

test("a process that ends before it is ready is told, not tried again", async () => {
  await expect(start("process.exit(4)")).rejects.toMatchObject({
    code: "LAUNCH_REFUSED",
    message: "It does not start (exit code 4)",
  });
});

test("a restart into something broken says so, and the next one works", async () => {
  const { url, restart, failed } = await start(healthy.replace("PORT", "0"));
  script("syntax error");
  await expect(restart()).rejects.toThrow("It does not start (exit code 1)");
  script(healthy.replace("PORT", new URL(url).port));
  await restart();
  expect(await pidAt(url)).toBeGreaterThan(0);
  expect(await Promise.race([failed, "still trying"])).toBe("still trying");
});
