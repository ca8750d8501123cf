import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "../../server/launch/folder-lock.ts";
import { identify } from "../../server/launch/process-identity.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tieout-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const lockFile = () => path.join(folder, "lock");

function writeLock(holder: unknown): void {
  writeFileSync(lockFile(), typeof holder === "string" ? holder : JSON.stringify(holder));
}

test("a folder is locked once, until it is released", () => {
  const lock = lockFolder(folder, "http://localhost:4400");
  expect(() => lockFolder(folder, "http://localhost:4500")).toThrow(
    `Tieout already runs on ${folder} (process ${process.pid}, http://localhost:4400): stop it first`,
  );
  lock.release();
  lockFolder(folder, "http://localhost:4500").release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a dead process's lock is taken over", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const holder = identify(child.pid ?? 0);
  await new Promise((resolve) => child.once("exit", resolve));
  writeLock({ ...holder, address: "x" });
  lockFolder(folder, "here");
  expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: process.pid });
});

test("a lock whose process number now belongs to another program is taken over", () => {
  writeLock({ pid: process.pid, startedAt: "some other day", address: "x" });
  expect(() => lockFolder(folder, "here")).not.toThrow();
});

test.each(["", "{", "null", '{"pid":"x"}'])("an unreadable lock is taken over: %s", (content) => {
  writeLock(content);
  expect(() => lockFolder(folder, "here")).not.toThrow();
});

test("a lock that was taken over meanwhile is not released", () => {
  const lock = lockFolder(folder, "here");
  const other = JSON.stringify({ pid: 1, startedAt: "x", address: "there" });
  writeLock(other);
  lock.release();
  expect(readFileSync(lockFile(), "utf8")).toBe(other);
});
