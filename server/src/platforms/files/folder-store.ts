import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { PlatformFailure } from "../platform.ts";
import {
  codeOf,
  type FileStore,
  partsOf,
  type StoredEntry,
  storedBytesMax,
  storeTrouble,
} from "./store.ts";

/** Files below a folder of this machine. @param root an absolute path, made where it is not there */
export function createFolderStore(root: string): FileStore {
  const at = (given: string) => path.join(root, ...partsOf(given));
  return {
    put: (given, bytes) => guarded(true, () => put(at(given), bytes)),
    read: (given) => guarded(false, () => read(at(given))),
    exists: (given) => guarded(false, async () => (await found(stat(at(given)))) !== null),
    list: (folder) => guarded(false, () => list(at(folder))),
    close: async () => {},
  };
}

async function put(file: string, bytes: Buffer): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const draft = path.join(folder, `.${path.basename(file)}.${randomUUID()}.part`);
  try {
    const handle = await open(draft, "wx", 0o640);
    try {
      await handle.writeFile(bytes);
      // Renamed before it is on the disk, a crash could leave an empty file of the right name.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function read(file: string): Promise<Buffer | null> {
  const about = await found(stat(file));
  if (about === null) return null;
  if (about.size > storedBytesMax) throw storeTrouble("a file is too large", false);
  return found(readFile(file));
}

async function list(folder: string): Promise<StoredEntry[]> {
  const entries = (await found(readdir(folder, { withFileTypes: true }))) ?? [];
  const told: StoredEntry[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const about = await found(stat(path.join(folder, entry.name)));
    if (about === null) continue;
    told.push({ name: entry.name, isFolder: entry.isDirectory(), modifiedAt: about.mtime });
  }
  return told.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null where there is nothing of that name. */
async function found<Value>(looking: Promise<Value>): Promise<Value | null> {
  try {
    return await looking;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
    throw error;
  }
}

async function guarded<Value>(writing: boolean, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof PlatformFailure || error instanceof TypeError) throw error;
    throw storeTrouble(codeOf(error), writing);
  }
}
