/** The folder that the demo keeps everything in: its database, its keys, the sandbox bank's state. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { demoTokenKeyPrefix } from "../src/config.ts";
import { erasePostgres } from "./embedded-postgres.ts";
import { LaunchError } from "./launch-error.ts";

/** @throws LaunchError when it cannot be written to */
export function openDataFolder(folder: string): void {
  try {
    // Root's PostgreSQL runs as another user and has to pass through; what is secret is 0600.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const probe = path.join(folder, `probe.${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new LaunchError(`The data folder cannot be written to: ${(error as Error).message}`);
  }
}

/** Starts over. Only what Tieout put there goes: the folder may have been set to a wrong place. */
export async function eraseDataFolder(folder: string): Promise<void> {
  await erasePostgres(folder);
  for (const name of ["postgres.json", "token-key", "sandbox.json", "demo-begun"]) {
    rmSync(path.join(folder, name), { force: true });
  }
  rmSync(path.join(folder, "provider-keys"), { recursive: true, force: true });
}

export function sandboxStateFile(folder: string): string {
  return path.join(folder, "sandbox.json");
}

/** There from the demo's first start on, until its people have done what they do before anybody signs in. */
export function demoBegunFile(folder: string): string {
  return path.join(folder, "demo-begun");
}

/** TOKEN_KEYS of the demo, made on the first start and kept. */
export function demoTokenKeys(folder: string): string {
  return keptFile(folder, "token-key", () => {
    const id = `${demoTokenKeyPrefix}-${randomBytes(4).toString("hex")}`;
    return `${id}:${randomBytes(32).toString("base64")}`;
  });
}

/** A secret text of the folder, made when it is first asked for. @param name may name one folder below */
export function keptFile(folder: string, name: string, make: () => string): string {
  const file = path.join(folder, name);
  if (existsSync(file)) return readFileSync(file, "utf8");
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  const text = make();
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
  return text;
}
