import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../server/sandbox/settings.ts";
import { openBank } from "./bank.ts";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ["--import", "tsx", "server/sandbox/main.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", SANDBOX_PORT: "0", SANDBOX_PACE_SECONDS: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code, out, err }));
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on("data", () => out.includes("\n") && resolve(out));
  });
  return { child, ended, ready };
}

describe("the sandbox bank's process", () => {
  it("says where it listens, and ends on SIGTERM", async () => {
    const { child, ended, ready } = run({});
    expect(await ready).toMatch(/^sandbox bank ready at http:\/\/127\.0\.0\.1:\d+\n$/);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, err: "" });
  }, 60_000);

  it("ends when who started it is gone", async () => {
    const { child, ready } = run({});
    await ready;
    // Not "close", which Node leaves out after a disconnect.
    const exited = once(child, "exit");
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  }, 60_000);

  it("says in one line why it doesn't start", async () => {
    const { bank } = await openBank();
    const taken = await run({ SANDBOX_PORT: String(bank.port) }).ended;
    const unknown = await run({ SANDBOX_COLOUR: "red" }).ended;
    expect(taken).toEqual({
      code: 1,
      out: "",
      err: "sandbox bank: the port is in use: choose another with SANDBOX_PORT\n",
    });
    expect(unknown).toEqual({
      code: 1,
      out: "",
      err: "sandbox bank: unknown setting SANDBOX_COLOUR\n",
    });
    await bank.close();
  }, 60_000);

  it("reads its settings, and refuses what it cannot read", () => {
    expect(
      readSettings({ SANDBOX_PORT: "0", SANDBOX_TODAY: "2026-01-31", PATH: "x", SANDBOX_SEED: "" }),
    ).toMatchObject({ port: 0, today: "2026-01-31", seed: "tieout" });
    for (const [name, value] of [
      ["SANDBOX_PORT", "70000"],
      ["SANDBOX_PACE_SECONDS", "fast"],
      ["SANDBOX_TODAY", "2026-02-31"],
      ["SANDBOX_TODAY", "soon"],
    ]) {
      expect(() => readSettings({ [name as string]: value }), `${name}=${value}`).toThrow(name);
    }
  });
});
