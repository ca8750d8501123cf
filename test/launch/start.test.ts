import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { identify } from "../../server/launch/process-identity.ts";
import {
  type RunningTieout,
  startTieout,
  temporaryDataFolder,
  tryStartTieout,
} from "../support/start-tieout.ts";

let data: ReturnType<typeof temporaryDataFolder>;
const running: RunningTieout[] = [];

async function stopAll(): Promise<void> {
  for (const tieout of running.splice(0)) await tieout.stop();
  await data.remove();
}

async function start(...args: string[]): Promise<RunningTieout> {
  const tieout = await startTieout({ dataFolder: data.folder, args });
  running.push(tieout);
  return tieout;
}

/** Settings that are refused before anything is started: one line each, exit code 1. */
async function refusal(env: NodeJS.ProcessEnv, ...args: string[]): Promise<string[]> {
  const result = await tryStartTieout({ dataFolder: data.folder, args, env });
  if (result.started) {
    running.push(result.tieout);
    throw new Error("it started");
  }
  expect(result.exitCode).toBe(1);
  return result.output.trim().split("\n");
}

async function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  );
}

function databasePid(): number {
  const file = path.join(data.folder, "postgres/data/postmaster.pid");
  return Number.parseInt(readFileSync(file, "utf8"), 10);
}

const secretsOf = (folder: string) => readFileSync(path.join(folder, "token-key"), "utf8");

/** One story, told in its order: each test goes on where the one before it ended. */
describe("the demo", () => {
  let current: RunningTieout;
  let key: string;

  beforeAll(() => {
    data = temporaryDataFolder();
  });
  afterAll(stopAll);

  test("starts from nothing", async () => {
    current = await start();
    expect(current.output()).toContain("ada@harbourvale.example");
    expect(current.output()).toContain("books are new");
    expect(await answers(current.url)).toBe(true);
    expect(await answers(current.sandboxUrl ?? "")).toBe(true);
    key = secretsOf(data.folder);
  });

  test("starts once on a data folder", async () => {
    expect(await refusal({})).toEqual([
      expect.stringMatching(
        `^Tieout already runs on ${data.folder} \\(process ${current.process.pid}, http`,
      ),
    ]);
  });

  test("leaves no process behind when it is killed, and starts again", async () => {
    const database = identify(databasePid());
    current.process.kill("SIGKILL");
    await until(async () => !(await answers(current.url)));
    await until(async () => !(await answers(current.sandboxUrl ?? "")));
    await until(async () => identify(database?.pid ?? 0)?.startedAt !== database?.startedAt);
    current = await start();
    expect(current.output()).toContain("books are kept");
  });

  test("keeps its data when it is stopped, and starts over when asked to", async () => {
    const database = databasePid();
    expect(await current.stop("SIGINT")).toBe(0);
    expect(identify(database)).toBeNull();
    expect(await answers(current.url)).toBe(false);
    expect(await answers(current.sandboxUrl ?? "")).toBe(false);
    expect(existsSync(path.join(data.folder, "lock"))).toBe(false);

    const kept = await start();
    expect(kept.output()).toContain("books are kept");
    expect(secretsOf(data.folder)).toBe(key);
    expect(await kept.stop("SIGTERM")).toBe(0);

    const reset = await start("--reset");
    expect(reset.output()).toContain("books are new");
    expect(secretsOf(data.folder)).not.toBe(key);
  });
});

describe("one clear line and exit code 1", () => {
  beforeEach(() => {
    data = temporaryDataFolder();
  });
  afterEach(stopAll);

  test("for a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toEqual([
      `Port ${port} is in use: stop what uses it, or choose another with --port`,
    ]);
    other.close();
  });

  test.each([
    ["an unreadable setting", { PORT: "http" }, [], /^PORT must be a whole number/],
    ["an unknown option", {}, ["--fast"], /^Unknown option '--fast'/],
    ["a data folder under a file", { TIEOUT_DATA_DIR: "/dev/null/x" }, [], /^The data folder/],
    [
      "a database that does not answer",
      { DATABASE_URL: "postgres://a:b@127.0.0.1:1/c", TIEOUT_DEMO: "true" },
      [],
      /^DATABASE_URL does not lead to a database/,
    ],
    [
      "starting over in one's own database",
      { DATABASE_URL: "postgres://a:b@127.0.0.1:1/c", TIEOUT_DEMO: "true" },
      ["--reset"],
      /^--reset is for the demo's own database/,
    ],
  ])("for %s", async (_, env, args, line) => {
    expect(await refusal(env, ...args)).toEqual([expect.stringMatching(line)]);
  });

  test("for each thing that an installation lacks", async () => {
    const env = {
      DATABASE_URL: "postgres://a:b@127.0.0.1:1/c",
      PUBLIC_URL: "http://books.example",
    };
    expect(await refusal(env)).toEqual([
      expect.stringMatching(/^TOKEN_KEYS is missing/),
      expect.stringMatching(/^PUBLIC_URL must begin with https/),
    ]);
  });
});

/** For what other processes do by themselves: nothing tells this one when it has happened. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not happen within a minute");
    await wait(20);
  }
}
