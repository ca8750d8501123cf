/** One Tieout for each data folder: a second start is refused, a dead one's lock is taken over. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LaunchError } from "./launch-error.ts";
import { identify, isStillRunning, type ProcessIdentity } from "./process-identity.ts";

export type FolderLock = { release: () => void };

type LockHolder = ProcessIdentity & { address: string };

/** Another start may take the lock in between, so a take-over is tried again, but not for ever. */
const attemptsMax = 5;

/**
 * @param address shown to whoever starts a second time
 * @throws LaunchError when a running Tieout holds the folder
 */
export function lockFolder(folder: string, address: string): FolderLock {
  const lockFile = path.join(folder, "lock");
  const self = identify(process.pid) ?? { pid: process.pid, startedAt: "" };
  const content = JSON.stringify({ ...self, address } satisfies LockHolder);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    if (createWhole(lockFile, content)) {
      return { release: () => releaseOwn(lockFile, content) };
    }
    const found = readOrNull(lockFile);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder && isStillRunning(holder)) {
      throw new LaunchError(
        `Tieout already runs on ${folder} (process ${holder.pid}, ${holder.address}): stop it first`,
      );
    }
    removeIfUnchanged(lockFile, found);
  }
  throw new LaunchError(`Other starts keep taking ${lockFile}: start one at a time`);
}

/** A link appears at once and with its content, or not at all; a plain write could be read half. */
function createWhole(lockFile: string, content: string): boolean {
  const draft = `${lockFile}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves the lock aside and looks again: what was moved may be the fresh lock of another start. */
function removeIfUnchanged(lockFile: string, expected: string): void {
  const aside = `${lockFile}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  if (readOrNull(aside) !== expected) {
    try {
      linkSync(aside, lockFile);
    } catch {
      // A third start was quicker: the next attempt reads its lock.
    }
  }
  rmSync(aside, { force: true });
}

function releaseOwn(lockFile: string, content: string): void {
  if (readOrNull(lockFile) === content) rmSync(lockFile, { force: true });
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { pid, startedAt, address } = value as Partial<LockHolder>;
    if (typeof pid !== "number" || typeof startedAt !== "string") return null;
    return { pid, startedAt, address: typeof address === "string" ? address : "" };
  } catch {
    return null;
  }
}
